package org.slurmctldj.cloud.ec2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UserDataTest {
  private static final byte[] TEMPLATE =
      text(
          """
          MIME-Version: 1.0
          Content-Type: multipart/mixed; boundary="==MYBOUNDARY=="

          --==MYBOUNDARY==
          Content-Type: text/x-shellscript; charset="us-ascii"

          #!/bin/bash
          echo template

          --==MYBOUNDARY==
          Content-Type: text/cloud-config; charset="us-ascii"

          packages:
          - htop

          --==MYBOUNDARY==--
          """);

  private static byte[] text(String s) {
    return s.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<String> types(String merged) {
    return MimeParts.of(text(merged)).stream().map(p -> p.isShellScript() ? p.text().substring(p.text().indexOf("#!")).lines().skip(1).findFirst().orElse("") : p.type()).toList();
  }

  @Test
  void cloudConfigComesBeforeTheNodeRegistersAndScriptsBetweenThatAndItsStart() {
    byte[] group =
        text("Content-Type: multipart/mixed; boundary=b\nMIME-Version: 1.0\n\n--b\nContent-Type: text/x-shellscript\n\n#!/bin/sh\necho group\n--b--\n");
    String merged = UserData.merged(Arrays.asList(TEMPLATE, group), "#!/bin/sh\njoin\n", "#!/bin/sh\nstart\n");
    assertEquals(List.of("text/cloud-config", "join", "echo template", "echo group", "start"), types(merged));
  }

  @Test
  void nothingOfTheirsIsOursAlone() {
    assertEquals(List.of("join", "start"), types(UserData.merged(Arrays.asList(null, new byte[0]), "#!/bin/sh\njoin\n", "#!/bin/sh\nstart\n")));
  }

  @Test
  void partsOfAMultipartInsideAMultipartKeepTheirOrder() {
    byte[] nested =
        text(
            "Content-Type: multipart/mixed;\n boundary=\"outer\"\n\n--outer\nContent-Type: multipart/mixed; boundary=inner\n\n"
                + "--inner\nContent-Type: text/cloud-boothook\n\nboot\n--inner\nContent-Type: text/x-shellscript\n\n#!/bin/sh\ninner\n--inner--\n"
                + "--outer\nContent-Type: text/x-shellscript\n\n#!/bin/sh\nouter\n--outer--\n");
    assertEquals(
        List.of("text/cloud-boothook", "join", "inner", "outer", "start"),
        types(UserData.merged(List.of(nested), "#!/bin/sh\njoin\n", "#!/bin/sh\nstart\n")));
  }

  @Test
  void aBoundaryThatOccursInAPartIsNotUsed() {
    byte[] hostile =
        text("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/x-shellscript\n\n#!/bin/sh\n--==slurmctld-j==\n--b--\n");
    assertEquals(
        List.of("join", "--==slurmctld-j==", "start"), types(UserData.merged(List.of(hostile), "#!/bin/sh\njoin\n", "#!/bin/sh\nstart\n")));
  }

  @Test
  void userDataThatIsNoMultipartIsRefused() {
    for (String bad : List.of("#!/bin/sh\necho\n", "#cloud-config\npackages: []\n", "Content-Type: text/x-shellscript\n\n#!/bin/sh\n")) {
      var e = assertThrows(IllegalArgumentException.class, () -> MimeParts.of(text(bad)));
      assertTrue(e.getMessage().startsWith("user data must be MIME multipart"), e.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> MimeParts.of(text("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nno end\n")));
  }

  @Test
  void whatIsTooLongIsCompressedAndWhatIsStillTooLongIsRefused() {
    String repeated = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/x-shellscript\n\n#!/bin/sh\n" + "echo the same again\n".repeat(2000) + "--b--\n";
    byte[] fit = Base64.getDecoder().decode(UserData.encoded(List.of(text(repeated)), "#!/bin/sh\njoin\n", "#!/bin/sh\nstart\n"));
    assertArrayEquals(new byte[] {0x1f, (byte) 0x8b}, Arrays.copyOf(fit, 2));
    byte[] noise = new byte[40_000];
    new Random(1).nextBytes(noise);
    String random = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n" + Base64.getEncoder().encodeToString(noise) + "\n--b--\n";
    var e = assertThrows(IllegalArgumentException.class, () -> UserData.encoded(List.of(text(random)), "j\n", "s\n"));
    assertTrue(e.getMessage().contains("EC2 takes 16384"), e.getMessage());
  }

  @Test
  void theSameInputGivesTheSameBytes() {
    assertEquals(UserData.encoded(List.of(TEMPLATE), "a\n", "b\n"), UserData.encoded(List.of(TEMPLATE), "a\n", "b\n"));
  }
}

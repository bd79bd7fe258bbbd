package org.slurmctldj.daemon;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slurmctldj.cloud.CapacityCatalog.Findings;
import org.slurmctldj.cloud.CapacityCatalog.TypeFacts;
import org.slurmctldj.cloud.CloudException;
import org.slurmctldj.cloud.CloudFailure;
import org.slurmctldj.cloud.ec2.Ec2Provider;
import org.slurmctldj.cloud.ec2.Ec2Settings;
import org.slurmctldj.config.pools.CloudFacts;
import org.slurmctldj.config.pools.Examiner;
import org.slurmctldj.config.pools.GroupConf;
import org.slurmctldj.config.pools.PoolsFile;
import org.slurmctldj.proto.conf.SlurmConf;

/** Asks EC2 about every group of a pools.yaml before it is put in force: all faults of all groups at once. */
final class Ec2Examiner implements Examiner {
  private static final long PATIENCE_SECONDS = 45;

  @Override
  public Examination examine(PoolsFile file, SlurmConf slurm) {
    PoolsFile.Cloud c = file.cloud();
    if (c == null || c.region() == null || !"ec2".equals(c.provider()) || file.groups().isEmpty()) {
      return Examination.NOTHING; // what is wrong with it is said already
    }
    Ec2Settings settings = new Ec2Settings(
        slurm.clusterName(), c.region(), Optional.ofNullable(c.endpoint()).map(URI::create), List.of(),
        Ec2Settings.DEFAULT_AGENT_PROGRAM, order -> "");
    Map<String, TypeFacts> types = new LinkedHashMap<>();
    Map<String, String> zones = new LinkedHashMap<>();
    List<String> faults = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    try (Ec2Provider provider = Ec2Provider.open(settings)) {
      Map<GroupConf, CompletableFuture<Findings>> asked = new LinkedHashMap<>();
      file.groups().forEach(g -> asked.put(g, provider.examine(g.name(), g.options(), g.launch())));
      for (Map.Entry<GroupConf, CompletableFuture<Findings>> e : asked.entrySet()) {
        Findings f = answer(e.getKey(), e.getValue(), faults, warnings);
        if (f != null) {
          types.putAll(f.types());
          zones.putAll(f.zones());
          f.errors().forEach(x -> faults.add(where(file, e.getKey(), x)));
          f.warnings().forEach(x -> warnings.add(where(file, e.getKey(), x)));
        }
      }
    } catch (RuntimeException e) {
      faults.add("cloud " + c.provider() + ": " + e.getMessage());
    }
    return new Examination(new CloudFacts(types, zones), faults.stream().distinct().toList(), warnings.stream().distinct().toList());
  }

  private static String where(PoolsFile file, GroupConf g, String sentence) {
    String named = sentence.contains(g.name()) ? sentence : "group " + g.name() + ": " + sentence;
    return file.path().getFileName() + " line " + g.line() + ": " + named;
  }

  /** Null where there is none: a refusal is a fault, silence a warning. */
  private static Findings answer(GroupConf g, CompletableFuture<Findings> asked, List<String> faults, List<String> warnings) {
    try {
      return asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      boolean silent = e.getCause() instanceof CloudException c && c.failure().kind() != CloudFailure.Kind.CONFIGURATION;
      (silent ? warnings : faults).add("the cloud " + (silent ? "does not answer: " : "refuses: ") + e.getCause().getMessage());
    } catch (TimeoutException e) {
      warnings.add("the cloud does not answer: nothing about group " + g.name() + " within " + PATIENCE_SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }
}

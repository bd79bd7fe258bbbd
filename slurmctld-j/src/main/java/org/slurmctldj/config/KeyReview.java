package org.slurmctldj.config;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.proto.conf.ConfFile;
import org.slurmctldj.proto.conf.ConfKey;
import org.slurmctldj.proto.conf.ConfKey.Scope;
import org.slurmctldj.proto.conf.ConfKey.Support;
import org.slurmctldj.proto.conf.ConfKeyTable;
import org.slurmctldj.proto.conf.ConfOption;
import org.slurmctldj.proto.conf.ConfOptionTable;
import org.slurmctldj.proto.conf.OptionList;
import org.slurmctldj.proto.conf.SlurmConf;

/**
 * Holds every key of a slurm.conf against the key table: what would change results and is not
 * supported stops the start, what has no effect gets one line. Nothing is swallowed.
 */
final class KeyReview {
  private final List<String> fatal = new ArrayList<>();
  private final List<ConfMessage> messages = new ArrayList<>();

  private KeyReview() {}

  static KeyReview of(SlurmConf conf) {
    KeyReview review = new KeyReview();
    for (ConfFile.Token token : conf.tokens()) {
      review.key(Scope.CONF, token);
    }
    for (Scope scope : Scope.values()) {
      for (ConfFile.Line line : conf.lines(scope)) {
        if (scope == Scope.FRONTEND || scope == Scope.POWERACTION) {
          review.key(Scope.CONF, line.first());
        }
        for (ConfFile.Token token : line.tokens().subList(1, line.tokens().size())) {
          review.key(scope, token);
        }
      }
    }
    return review;
  }

  /** Sentences that stop the start; empty if it may go on. */
  List<String> fatal() {
    return fatal;
  }

  List<ConfMessage> messages() {
    return messages;
  }

  private void key(Scope scope, ConfFile.Token token) {
    ConfKey key = ConfKeyTable.get().find(scope, token.key());
    if (!key.defunct().equals("-")) {
      info(token, key.name() + " is defunct from Slurm " + key.defunct() + " on" + because(key.note()));
      return;
    }
    if (scope == Scope.CONF && ConfOptionTable.get().lists(key.name())) {
      options(key, token);
      return;
    }
    String value = token.value();
    if (key.support() == Support.NO_EFFECT) {
      info(token, key.name() + " has no effect here" + because(key.note()));
    } else if (!key.isSupported(value)) {
      if (key.support() == Support.WARN) {
        messages.add(new ConfMessage(ConfMessage.Level.WARN, at(token) + unsupported(key, value)));
      } else {
        fatal.add(at(token) + unsupported(key, value));
      }
    }
  }

  private static String unsupported(ConfKey key, String value) {
    String supported =
        key.harmless().equals("-") ? "" : " (supported: " + key.harmless().replace("|", ", ") + ")";
    return key.name() + "=" + value + " is not supported yet" + supported + because(key.note());
  }

  private void options(ConfKey key, ConfFile.Token token) {
    for (String item : new OptionList(token.value()).items()) {
      ConfOption option = ConfOptionTable.get().find(key.name(), item);
      String name = key.name() + "=" + item;
      if (option == null) {
        info(token, name + " is unknown to Slurm 22.05 to 26.05 and has no effect");
      } else if (option.support() == Support.NO_EFFECT) {
        info(token, name + " has no effect here" + because(option.note()));
      } else if (option.support() != Support.HONOURED) {
        String supported = ConfOptionTable.get().supported(key.name());
        fatal.add(
            at(token) + name + " is not supported yet"
                + (supported.isEmpty() ? "" : " (supported: " + supported + ")") + because(option.note()));
      }
    }
  }

  private void info(ConfFile.Token token, String sentence) {
    messages.add(new ConfMessage(ConfMessage.Level.INFO, at(token) + sentence));
  }

  private static String because(String note) {
    return note.isEmpty() ? "" : ": " + note;
  }

  private static String at(ConfFile.Token token) {
    return token.file() + " line " + token.line() + ": ";
  }
}

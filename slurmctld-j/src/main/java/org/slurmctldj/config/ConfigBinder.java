package org.slurmctldj.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.ConfFile;

/**
 * Fills a configuration class from a file of {@code Key=Value} lines through its {@link Config}
 * setters. An unknown key, a value of the wrong type and a value the setter refuses are one {@link
 * ConfException} with file and line of each. Used at start only.
 */
final class ConfigBinder {
  private ConfigBinder() {}

  static <T> T bind(ConfFile file, T target) {
    Map<String, Method> setters = setters(target.getClass());
    List<String> errors = new ArrayList<>();
    for (ConfFile.Line line : file.lines()) {
      for (ConfFile.Token token : line.tokens()) {
        Method setter = setters.get(token.key());
        if (setter == null) {
          errors.add("Parsing error at unrecognized key: " + token.key());
          errors.add(token.parseError().getMessage());
        } else {
          set(target, setter, token, errors);
        }
      }
    }
    if (!errors.isEmpty()) {
      throw new ConfException(String.join("\n", errors));
    }
    return target;
  }

  /** The setters by their key, any case. */
  static Map<String, Method> setters(Class<?> type) {
    Map<String, Method> setters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (Method method : type.getDeclaredMethods()) {
      Config config = method.getAnnotation(Config.class);
      if (config != null) {
        setters.put(config.value(), method);
      }
    }
    return setters;
  }

  private static void set(Object target, Method setter, ConfFile.Token token, List<String> errors) {
    try {
      setter.invoke(target, value(setter.getParameterTypes()[0], token.value()));
    } catch (NumberFormatException e) {
      errors.add(token.key() + " value \"" + token.value() + "\" is not a valid number");
      errors.add(token.parseError().getMessage());
    } catch (InvocationTargetException e) {
      errors.add(token.key() + "=" + token.value() + ": " + e.getCause().getMessage());
      errors.add(token.parseError().getMessage());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(setter + " must be public", e);
    }
  }

  private static Object value(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    }
    if (type == int.class) {
      return Integer.valueOf(text);
    }
    throw new IllegalStateException("no such setter type: " + type);
  }
}

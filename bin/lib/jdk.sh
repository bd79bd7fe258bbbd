# Sourced by every launcher (POSIX sh): finds a JDK 25 or later and leaves its java in $JAVA.
# JAVA_HOME counts if it is new enough; else the first /usr/lib/jvm/*25* that is.
# No process is started: it reads $JAVA_HOME/release, as `java -version` would cost more than the tool.

# jdk_is_new_enough DIR: sets jdk_found to its version ("" if DIR holds no JDK)
jdk_is_new_enough() {
  jdk_found=
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r jdk_line || [ -n "$jdk_line" ]; do
    case $jdk_line in
      JAVA_VERSION=*) jdk_found=${jdk_line#JAVA_VERSION=}; jdk_found=${jdk_found#\"}; jdk_found=${jdk_found%\"*}; break ;;
    esac
  done < "$1/release"
  case ${jdk_found%%[!0-9]*} in
    '') return 1 ;;
    *) [ "${jdk_found%%[!0-9]*}" -ge 25 ] ;;
  esac
}

jdk_find() {
  if [ -n "${JAVA_HOME:-}" ] && jdk_is_new_enough "$JAVA_HOME"; then
    JAVA=$JAVA_HOME/bin/java
    return 0
  fi
  jdk_named="JAVA_HOME is not set"
  [ -z "${JAVA_HOME:-}" ] || jdk_named="JAVA_HOME=$JAVA_HOME holds ${jdk_found:+Java }${jdk_found:-no JDK}"
  for jdk_home in /usr/lib/jvm/*25*; do
    if jdk_is_new_enough "$jdk_home"; then
      JAVA_HOME=$jdk_home
      JAVA=$jdk_home/bin/java
      return 0
    fi
  done
  echo "${0##*/}: no JDK 25 found: $jdk_named and there is none in /usr/lib/jvm/*25*." \
    "Install one (Debian, Ubuntu: temurin-25-jdk or openjdk-25-jdk-headless) or set JAVA_HOME." >&2
  return 1
}

jdk_find || exit 1

#!/usr/bin/env bash
# Compiles the receiver and runs it:
#
#   env $(grep -v '^#' ../mock.env) ./run.sh
#
# with the jars of Debian's libgoogle-http-client-java, or those in JARS, a class
# path. What Maven calls com.google.http-client:google-http-client-gson:1.42.0
# brings all of them.
set -euo pipefail
debian=/usr/share/java
jars="${JARS:-$debian/google-http-client.jar:$debian/google-http-client-gson.jar:$debian/gson.jar:$debian/guava.jar}"
here="$(dirname "${BASH_SOURCE[0]}")"
classes="${CLASSES:-$here/classes}"
javac -classpath "$jars" -d "$classes" "$here"/*.java
exec java -classpath "$jars:$classes" Receiver

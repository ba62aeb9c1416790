# The Java compiler and a program with many threads; the virtual machine takes its arenas from malloc.

program java packages='default-jdk-headless' unless_found='java javac' loaded='javac java'

java_run() {
  javac -J-Xmx256m -d . "$workloads/Stress.java"
  java -Xmx256m -cp . Stress
}

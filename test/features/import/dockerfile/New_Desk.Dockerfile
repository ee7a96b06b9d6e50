FROM maven:3 AS build
ARG WAR
ARG TARGETARCH
RUN mvn package
FROM registry.example.com/base/java-tomcat:9.0.121-r4
COPY --from=build /src/target/desk.war /opt/app/
EXPOSE 8080 9090/udp
HEALTHCHECK CMD curl -f http://localhost:8080/
STOPSIGNAL SIGQUIT
VOLUME /data

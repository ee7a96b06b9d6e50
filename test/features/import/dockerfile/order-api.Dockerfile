FROM registry.example.com/base/java-tomcat:9.0.121-r4
COPY target/order.war /opt/app/
EXPOSE 8080

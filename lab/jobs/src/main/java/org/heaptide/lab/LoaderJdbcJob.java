package org.heaptide.lab;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Leaks once for each submission: a JDBC driver that the job brings along registers itself with the JDK, which never forgets it. */
public final class LoaderJdbcJob {
    private LoaderJdbcJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("loader-jdbc", arguments);
        lab.run(lab.elements("20").map(new WriteRows()).name("write-rows").uid("write-rows"));
    }

    static final class WriteRows extends RichMapFunction<Long, Long> {
        @Override
        public void open(OpenContext context) throws Exception {
            DriverManager.registerDriver(new LabDriver()); // culprit
        }

        @Override
        public Long map(Long row) {
            return row;
        }
    }

    static final class LabDriver implements Driver {
        @Override
        public boolean acceptsURL(String url) {
            return url.startsWith("jdbc:lab:");
        }

        @Override
        public Connection connect(String url, Properties info) {
            return null;
        }

        @Override
        public int getMajorVersion() {
            return 1;
        }

        @Override
        public int getMinorVersion() {
            return 0;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
            return new DriverPropertyInfo[0];
        }

        @Override
        public boolean jdbcCompliant() {
            return false;
        }
    }
}

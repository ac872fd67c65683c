package org.dataspa.flow;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.enumerate.FileEnumerator;
import org.apache.flink.connector.file.src.enumerate.NonSplittingRecursiveEnumerator;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;

/**
 * The files of a directory that were modified since an instant. A job deployed anew, without the state of its predecessor, would
 * otherwise read everything that was ever captured.
 */
final class RecentFiles extends NonSplittingRecursiveEnumerator {
    private final Instant since;

    private RecentFiles(Instant since) {
        this.since = since;
    }

    static FileEnumerator.Provider since(Instant since) {
        return () -> new RecentFiles(since);
    }

    @Override
    protected void convertToSourceSplits(FileStatus file, FileSystem fileSystem, List<FileSourceSplit> splits) throws IOException {
        if (!Instant.ofEpochMilli(file.getModificationTime()).isBefore(since)) {
            super.convertToSourceSplits(file, fileSystem, splits);
        }
    }
}

package org.dataspa.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.ParameterTool;
import org.junit.jupiter.api.Test;

class FilesInOrderTest {
    private static FileSourceSplit file(String name) {
        return new FileSourceSplit(name, new Path("/transport/" + name), 0, 1, 0, 1);
    }

    @Test
    void filesComeInTheOrderOfTheirNamesAlsoThoseThatComeBack() {
        FilesInOrder files = new FilesInOrder(List.of(file("0003-a"), file("0001-b")));
        files.addSplits(List.of(file("0002-a"), file("0001-a")));
        List<String> names = new ArrayList<>();
        for (Optional<FileSourceSplit> next = files.getNext(null); next.isPresent(); next = files.getNext("host")) names.add(next.get().splitId());
        assertEquals(List.of("0001-a", "0001-b", "0002-a", "0003-a"), names);
    }

    @Test
    void whatIsNotHandedOutIsRemembered() {
        FilesInOrder files = new FilesInOrder(List.of(file("2"), file("1")));
        files.getNext(null);
        assertEquals(List.of("2"), files.remainingSplits().stream().map(FileSourceSplit::splitId).toList());
    }

    @Test
    void aJobReadsOneSource() {
        assertEquals(
                new LineSource.Topic("127.0.0.1:9092", "events"),
                LineSource.parse(ParameterTool.fromArgs(new String[] {"--brokers", "127.0.0.1:9092", "--topic", "events"})));
        assertThrows(IllegalArgumentException.class, () -> LineSource.parse(ParameterTool.fromArgs(new String[] {})));
        assertThrows(
                IllegalArgumentException.class,
                () -> LineSource.parse(ParameterTool.fromArgs(new String[] {"--input", "/a", "--brokers", "b:1", "--topic", "t"})));
    }
}

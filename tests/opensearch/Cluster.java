import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.codelibs.opensearch.runner.OpenSearchRunner;
import org.opensearch.common.settings.Settings;

/**
 * Several OpenSearch nodes in one JVM, until standard input ends.
 *
 * Arguments: the folder of the data, the number of nodes, the first HTTP port, the first transport port, a file for
 * answers. Commands on standard input, one a line: "stop N" and "start N" (nodes are counted from 0). Each is answered
 * by a line in that file: standard output is closed by the logging of the second node.
 */
public class Cluster {
    public static void main(String[] arguments) throws Exception {
        int nodes = Integer.parseInt(arguments[1]);
        int http = Integer.parseInt(arguments[2]);
        int transport = Integer.parseInt(arguments[3]);
        Path answers = Path.of(arguments[4]);
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.setMaxHttpPort(65535);
        runner.onBuild(
                (int number, Settings.Builder settings) -> {
                    // The runner counts its nodes from 1
                    settings.put("network.host", "127.0.0.1");
                    settings.put("http.port", http + number - 1);
                    settings.put("transport.port", transport + number - 1);
                    settings.putList("discovery.seed_hosts", "127.0.0.1:" + transport);
                    settings.putList("cluster.initial_cluster_manager_nodes", "Node 1");
                    settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
                });
        runner.build(
                OpenSearchRunner.newConfigs()
                        .basePath(arguments[0])
                        .numOfNode(nodes)
                        .clusterName("searchkit-tests")
                        .build());
        answer(answers, "ready");
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.trim().split(" ");
            int node = Integer.parseInt(words[1]);
            if (words[0].equals("stop")) {
                runner.getNode(node).close();
            } else {
                runner.startNode(node);
            }
            answer(answers, line.trim());
        }
        runner.close();
    }

    private static void answer(Path answers, String line) throws IOException {
        Files.writeString(answers, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}

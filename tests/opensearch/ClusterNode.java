import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.codelibs.opensearch.runner.OpenSearchRunner;
import org.opensearch.common.settings.Settings;

/**
 * One node of an OpenSearch cluster, until standard input ends or the process is killed.
 *
 * Arguments: the folder of the node, a JSON file with its settings, and the classes of plug-ins, if there are any, with
 * commas between them.
 */
public class ClusterNode {
    public static void main(String[] arguments) throws IOException {
        Path settings = Path.of(arguments[1]);
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.setMaxHttpPort(65535);
        runner.onBuild((number, builder) -> load(builder, settings));
        OpenSearchRunner.Configs configs = OpenSearchRunner.newConfigs().basePath(arguments[0]).numOfNode(1);
        if (arguments.length > 2) {
            configs.pluginTypes(arguments[2]);
        }
        runner.build(configs.build());
        while (System.in.read() != -1) {
            // Nothing is said to a node
        }
        runner.close();
    }

    private static void load(Settings.Builder builder, Path settings) {
        try {
            builder.loadFromPath(settings);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}

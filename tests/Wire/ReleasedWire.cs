using System.Text.Json.Nodes;

namespace Lifecycle.Compatibility;

/// <summary>The wire as it was released as version 1, recorded (README.md beside it says how).</summary>
static class ReleasedWire
{
    /// <summary>A copy of its own for each caller.</summary>
    public static JsonObject Read() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Wire", "released-1.json")))!.AsObject();

    /// <summary>What the server said, by its path such as <c>acks/fresh</c>.</summary>
    public static JsonNode Server(string path) => path.Split('/').Aggregate(Read()["server"]!, (node, name) => node[name]!);
}

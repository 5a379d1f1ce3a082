using System.Text.Json.Nodes;

namespace Lifecycle.Functions.Tests.Wire;

/// <summary>What was heard of the server, by name; times, tokens, addresses and ids made alike in every run.</summary>
sealed class Transcript
{
    static readonly Dictionary<string, string> placeholders = new()
    {
        ["token"] = "<token>",
        ["takeOverToken"] = "<token>",
        ["accessToken"] = "<access token>",
        ["url"] = "<address>",
        ["runId"] = "<run>",
        ["timestamp"] = "<time>",
    };

    readonly List<string> correlations = [];

    public JsonObject Content { get; } = [];

    /// <summary>Notes it under a path such as <c>acks/fresh</c>.</summary>
    public void Put(string path, JsonNode? said)
    {
        var (node, names) = (Content, path.Split('/'));
        foreach (var name in names[..^1])
        {
            node = (node[name] ??= new JsonObject()).AsObject();
        }

        Assert.False(node.ContainsKey(names[^1]), $"{path} was noted before");
        node[names[^1]] = Normal("", said);
    }

    JsonNode? Normal(string name, JsonNode? value) => value switch
    {
        JsonObject fields => new JsonObject(fields.Select(f => KeyValuePair.Create(f.Key, Normal(f.Key, f.Value)))),
        JsonArray items => new JsonArray([.. items.Select(item => Normal("", item))]),
        JsonValue text when name == "correlationId" => Correlation((string)text!),
        JsonValue when placeholders.TryGetValue(name, out var placeholder) => placeholder,
        _ => value?.DeepClone(),
    };

    // Numbered as they come: whether two are the same is what matters.
    string Correlation(string id)
    {
        if (!correlations.Contains(id))
        {
            correlations.Add(id);
        }

        return $"<correlation {correlations.IndexOf(id) + 1}>";
    }

    /// <summary>Fails where the second lacks, or says otherwise, what the first says; the paths of what it says besides.</summary>
    public static IEnumerable<string> Extras(JsonNode? recorded, JsonNode? now, string path = "")
    {
        switch (recorded, now)
        {
            case (JsonObject then, JsonObject fields):
                Assert.True(then.All(f => fields.ContainsKey(f.Key)), $"{path} lacks {string.Join(", ", then.Select(f => f.Key).Except(fields.Select(f => f.Key)))}");
                return fields.SelectMany(f => then.ContainsKey(f.Key) ? Extras(then[f.Key], f.Value, $"{path}/{f.Key}") : [$"{path}/{f.Key}"]);
            case (JsonArray then, JsonArray items) when then.Count == items.Count:
                return then.Zip(items).SelectMany((pair, index) => Extras(pair.First, pair.Second, $"{path}/{index}"));
            default:
                Assert.True(JsonNode.DeepEquals(recorded, now), $"{path} was {recorded?.ToJsonString() ?? "null"} and is {now?.ToJsonString() ?? "null"}");
                return [];
        }
    }
}

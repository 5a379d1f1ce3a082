using System.Globalization;
using System.Text.Json;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Settings;

/// <summary>Reads and checks <c>extensions.queues</c>.</summary>
static class QueueOptionsReader
{
    static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(100);

    /// <exception cref="JsonException">A value is not what it should be; the message names it.</exception>
    public static QueueOptions Read(JsonElement section)
    {
        var options = new QueueOptions();
        if (section.ValueKind != JsonValueKind.Object)
            throw new JsonException("extensions.queues is not an object.");
        foreach (var property in section.EnumerateObject())
            options = With(options, property.Name, property.Value);
        return options;
    }

    // What the embedded host does not follow stays unread, as in the rest of the file.
    static QueueOptions With(QueueOptions options, string name, JsonElement value) => name.ToLowerInvariant() switch
    {
        "maxpollinginterval" => options with { MaxPollingInterval = Span(name, value, s_shortestPause, TimeSpan.FromDays(1)) },
        "visibilitytimeout" => options with { VisibilityTimeout = Span(name, value, TimeSpan.Zero, TimeSpan.FromDays(7)) },
        "batchsize" => options with { BatchSize = Number(name, value, 1, 32) },
        "newbatchthreshold" => options with { NewBatchThreshold = Number(name, value, 0, 1000) },
        "maxdequeuecount" => options with { MaxDequeueCount = Number(name, value, 1, int.MaxValue) },
        "messageencoding" => options with { MessageEncoding = Encoding(name, value) },
        _ => options,
    };

    static TimeSpan Span(string name, JsonElement value, TimeSpan least, TimeSpan most) =>
        value.ValueKind == JsonValueKind.String && TimeSpan.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var span)
            && span >= least && span <= most
            ? span
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a time span from {least:c} to {most:c}, such as \"00:00:02\""));

    static int Number(string name, JsonElement value, int least, int most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));

    static QueueEncoding Encoding(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.String && Enum.TryParse<QueueEncoding>(value.GetString(), true, out var encoding) && Enum.IsDefined(encoding)
            ? encoding
            : throw Wrong(name, "\"base64\" or \"none\"");

    static JsonException Wrong(string name, string expected) => new($"extensions.queues.{name} should be {expected}.");
}

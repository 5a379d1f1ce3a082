using System.Text.Json;
using Lifecycle.Conformance.Rpc;

namespace Lifecycle.Conformance.Host;

/// <summary>A function of the worker, as its bindings describe it.</summary>
sealed class LoadedFunction
{
    readonly JsonElement trigger;

    public LoadedFunction(RpcFunctionMetadata metadata)
    {
        var bindings = metadata.RawBindings.Select(text => JsonSerializer.Deserialize<JsonElement>(text)).ToArray();
        trigger = bindings.Single(binding => TypeOf(binding).EndsWith("Trigger", StringComparison.Ordinal));
        (Name, Id) = (metadata.Name, metadata.FunctionId);
        ClientName = bindings.Where(binding => TypeOf(binding) == "durableClient").Select(NameOf).SingleOrDefault();
    }

    public string Name { get; }

    public string Id { get; }

    /// <summary>Such as <c>httpTrigger</c>.</summary>
    public string TriggerType => TypeOf(trigger);

    /// <summary>The parameter that gets what triggered it.</summary>
    public string TriggerName => NameOf(trigger);

    /// <summary>The parameter that gets the durable client; null for none.</summary>
    public string? ClientName { get; }

    /// <summary>A setting of the trigger; null when it is not set.</summary>
    public string? Setting(string name) =>
        trigger.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The texts of a setting that is a list; none when it is not set.</summary>
    public string[] Settings(string name) =>
        trigger.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];

    static string TypeOf(JsonElement binding) => binding.GetProperty("type").GetString()!;

    static string NameOf(JsonElement binding) => binding.GetProperty("name").GetString()!;
}

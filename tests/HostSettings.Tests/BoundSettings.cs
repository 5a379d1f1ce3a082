using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using HttpOptions = Microsoft.Azure.WebJobs.Extensions.Http.HttpOptions;

namespace Lifecycle.HostSettings.Tests;

/// <summary>What became of settings of host.json in the host's own option objects.</summary>
sealed class BoundSettings(IServiceProvider services)
{
    const string Durable = "extensions:durableTask:";
    const string Provider = Durable + "storageProvider:";
    const string Levels = "logging:logLevel:";

    /// <summary>What the host has instead of the text of a setting, and that as a text of the same form.</summary>
    /// <param name="path">The setting.</param>
    /// <param name="text">As it is in host.json.</param>
    /// <exception cref="MissingMemberException">The host knows no such setting; it would ignore it without a word.</exception>
    public (object? Bound, object? Wanted) Read(string path, string text) => path switch
    {
        Provider + "type" => (Backend.Name, text),
        _ when After(Provider, path) is { } name => Read(Backend.GetDurabilityProvider().ConfigurationJson.ToObject<AzureStorageOptions>()!, name, text),
        _ when After(Durable, path) is { } name => Read(Options<DurableTaskOptions>(), name, text),
        _ when After("extensions:queues:", path) is { } name => Read(Options<QueuesOptions>(), name, text),
        _ when After("extensions:http:", path) is { } name => Read(Options<HttpOptions>(), name, text),
        _ when After(Levels, path) is { } name => (LevelOf(name), Enum.Parse<LogLevel>(text)),
        // The Functions host reads these itself, and is in no package: it takes this version only, and one of three modes.
        "version" => ("2.0", text),
        "telemetryMode" => ("OpenTelemetry", text),
        _ => throw new MissingMemberException($"Nobody reads {path}."),
    };

    IDurabilityProviderFactory Backend => services.GetServices<IDurabilityProviderFactory>().Single();

    T Options<T>()
        where T : class => services.GetRequiredService<IOptions<T>>().Value;

    LogLevel? LevelOf(string category) => Options<LoggerFilterOptions>().Rules
        .Single(rule => rule.CategoryName == (category == "default" ? null : category) && rule.ProviderName is null).LogLevel;

    // Names are matched without case, as configuration does.
    static (object? Bound, object? Wanted) Read(object options, string path, string text)
    {
        var names = path.Split(':', 2);
        var property = options.GetType().GetProperty(names[0], BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)
            ?? throw new MissingMemberException($"{options.GetType().Name} has no {names[0]}.");
        var value = property.GetValue(options);
        return names.Length == 2
            ? Read(value!, names[1], text)
            : (value, TypeDescriptor.GetConverter(property.PropertyType).ConvertFromString(null, CultureInfo.InvariantCulture, text));
    }

    static string? After(string prefix, string path) => path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : null;
}

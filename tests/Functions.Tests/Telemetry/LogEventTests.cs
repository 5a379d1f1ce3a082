using System.Reflection;
using Lifecycle.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Tests.Telemetry;

public sealed class LogEventTests
{
    static readonly IReadOnlyList<(MethodInfo Method, LoggerMessageAttribute Log)> logs =
        [.. new[] { typeof(AppEntity).Assembly, typeof(LifecycleApp).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Select(method => (method, method.GetCustomAttribute<LoggerMessageAttribute>()!))
            .Where(found => found.Item2 is not null)];

    [Fact]
    public void EventIds_AreUniqueAndInTheRangeOfTheirArea()
    {
        Assert.NotEmpty(logs);
        Assert.Empty(logs.GroupBy(log => log.Log.EventId).Where(group => group.Count() > 1).Select(group => $"{group.Key}: {string.Join(", ", group.Select(g => g.Method.DeclaringType!.Name))}"));
        Assert.All(logs, log => Assert.Equal(AreaOf(log.Method.DeclaringType!), log.Log.EventId / 1000));
    }

    // 1xxx entities, 2xxx what comes in, 3xxx what goes out and its secrets, 4xxx maintenance.
    static int AreaOf(Type type) => type.Namespace switch
    {
        "Lifecycle.Entities" => 1,
        "Lifecycle.Functions.Hub" or "Lifecycle.Functions.Http" or "Lifecycle.Functions.Console" => 2,
        "Lifecycle.Functions.Events" or "Lifecycle.Functions.Webhooks" or "Lifecycle.Functions.Runs" or "Lifecycle.Functions.Secrets" or "Lifecycle.Functions.Tokens" or "Lifecycle.Functions.Engine" or "Lifecycle.Functions.Canary" or "Lifecycle.Functions.Relay" => 3,
        "Lifecycle.Functions.Maintenance" or "Lifecycle.Functions.Moves" or "Lifecycle.Functions.Fleet" or "Lifecycle.Functions.Bulk" => 4,
        _ => 0,
    };

    [Fact]
    public void Source_WritesNoLogWithoutAnEventId()
    {
        var source = Path.Combine(Root(), "src");
        var loose = Directory.GetFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .Where(file => System.Text.RegularExpressions.Regex.IsMatch(File.ReadAllText(file), @"\.Log(Trace|Debug|Information|Warning|Error|Critical)\("));
        Assert.Empty(loose.Select(file => Path.GetRelativePath(source, file)));
    }

    static string Root([System.Runtime.CompilerServices.CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));
}

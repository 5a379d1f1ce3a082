using System.Reflection;
using System.Text.RegularExpressions;
using Lifecycle.Entities;
using Lifecycle.Functions;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Infra.Tests.Queries;

/// <summary>One kind of event that the app logs.</summary>
/// <param name="Id">Its event id.</param>
/// <param name="Level">Its level; none where the caller decides.</param>
/// <param name="Message">The template of its message.</param>
/// <param name="Placeholders">The placeholders of its message, each with the type of what is put there.</param>
sealed record LogEvent(int Id, LogLevel Level, string Message, IReadOnlyDictionary<string, Type> Placeholders);

/// <summary>Every event that the app logs, by its id.</summary>
static partial class LogEvents
{
    const BindingFlags Methods = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;

    public static IReadOnlyDictionary<int, LogEvent> All { get; } =
        new[] { typeof(AppEntity).Assembly, typeof(LifecycleApp).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(Methods))
            .Select(method => (method, log: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(found => found.log is not null)
            .Select(found => Of(found.method, found.log!))
            .ToDictionary(log => log.Id);

    /// <summary>The types of what the events put in place of the placeholder; none if they have none of the name.</summary>
    public static IReadOnlyList<Type> TypesOf(string placeholder, IReadOnlyList<int> eventIds) =>
        [.. All.Values
            .Where(log => eventIds.Count == 0 || eventIds.Contains(log.Id))
            .Where(log => log.Placeholders.ContainsKey(placeholder))
            .Select(log => log.Placeholders[placeholder])];

    static LogEvent Of(MethodInfo method, LoggerMessageAttribute log)
    {
        var parameters = method.GetParameters().ToDictionary(parameter => parameter.Name!, parameter => parameter.ParameterType, StringComparer.OrdinalIgnoreCase);
        var names = Placeholder().Matches(log.Message ?? "").Select(match => match.Groups["name"].Value).Distinct();
        return new LogEvent(log.EventId, log.Level, log.Message ?? "", names.ToDictionary(name => name, name => parameters[name]));
    }

    [GeneratedRegex(@"\{@?(?<name>\w+)[^}]*\}")]
    private static partial Regex Placeholder();
}

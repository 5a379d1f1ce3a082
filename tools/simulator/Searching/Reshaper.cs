using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace Lifecycle.Simulator.Searching;

/// <summary>
/// Rewrites the times and names in a stored value, wherever they are in it: a field that is added to the rules tomorrow is found as well. What the rules decide by is
/// the distance of times and the equality of names, and a search that told apart what differs in neither would never end.
/// </summary>
/// <param name="times">A time, by the name of its property.</param>
/// <param name="names">A text, by the name of its property.</param>
sealed class Reshaper(Func<string, DateTimeOffset, DateTimeOffset>? times, Func<string, string, string>? names)
{
    static readonly ConcurrentDictionary<Type, Shape> shapes = new();

    /// <summary>The same value with other times and names; itself when none of them changes.</summary>
    public T Of<T>(T value)
        where T : class => (T)Rewritten("", value)!;

    object? Rewritten(string name, object? value) => value switch
    {
        null => null,
        DateTimeOffset time => times is null ? time : times(name, time),
        string text => names is null ? text : names(name, text),
        ImmutableArray<string> texts => names is null || texts.All(text => names(name, text) == text) ? value : ImmutableArray.CreateRange(texts, text => names(name, text)),
        System.Collections.IList list => OfList(name, list),
        _ => OfRecord(value),
    };

    object OfList(string name, System.Collections.IList list)
    {
        object? changed = null;
        for (var n = 0; n < list.Count; n++)
        {
            var (old, after) = (list[n], Rewritten(name, list[n]));
            if (!ReferenceEquals(old, after))
            {
                changed = ShapeOf(list.GetType()).Replaced!(changed ?? list, old, after);
            }
        }

        return changed ?? list;
    }

    object OfRecord(object value)
    {
        var shape = ShapeOf(value.GetType());
        object? copy = null;
        foreach (var property in shape.Properties)
        {
            var old = property.GetValue(value);
            var after = Rewritten(property.Name, old);
            if (old is not null && !ReferenceEquals(old, after) && !old.Equals(after))
            {
                property.SetValue(copy ??= shape.Copy!.Invoke(value, null)!, after);
            }
        }

        return copy ?? value;
    }

    static Shape ShapeOf(Type type) => shapes.GetOrAdd(type, static its => new Shape(
        [.. its.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite && property.GetIndexParameters().Length == 0 && Holds(property.PropertyType))],
        its.GetMethod("<Clone>$"),
        its.IsGenericType ? ReplacerOf(its) : null));

    // Policies hold neither, and there is nothing to rewrite in numbers.
    static bool Holds(Type type) =>
        type == typeof(string) || type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?)
        || (type.IsClass && type != typeof(Policy) && type.Namespace?.StartsWith("Lifecycle", StringComparison.Ordinal) == true)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) && Holds(type.GetGenericArguments()[0]));

    static Func<object, object?, object?, object>? ReplacerOf(Type list)
    {
        var replace = list.GetMethod("Replace", [list.GetGenericArguments()[0], list.GetGenericArguments()[0]]);
        return replace is null ? null : (values, old, after) => replace.Invoke(values, [old, after])!;
    }

    sealed record Shape(ImmutableArray<PropertyInfo> Properties, MethodInfo? Copy, Func<object, object?, object?, object>? Replaced);
}

using System.Diagnostics.CodeAnalysis;

namespace Lifecycle;

/// <summary>Which session ids or package names are meant: one, or those that begin alike.</summary>
/// <param name="Text">The name, or its beginning.</param>
/// <param name="IsPrefix">Whether it is a beginning.</param>
public sealed record NameFilter(string Text, bool IsPrefix)
{
    /// <summary>Stands behind a beginning.</summary>
    public const char Wildcard = '*';

    /// <summary>What a filter looks like, for error messages.</summary>
    public const string Rule = $"must be {Identifiers.Rule}; or the beginning of such a name with * behind it";

    /// <summary>Reads the text form: a name, or a beginning of at least one character with <c>*</c> behind it.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NameFilter? filter)
    {
        filter = text is [.. var beginning, Wildcard]
            ? Identifiers.IsStored(beginning) ? new NameFilter(beginning, IsPrefix: true) : null
            : Identifiers.IsValid(text) ? new NameFilter(text!, IsPrefix: false) : null;
        return filter is not null;
    }

    /// <summary>Whether the name is meant.</summary>
    public bool Matches(string name) => IsPrefix ? name.StartsWith(Text, StringComparison.Ordinal) : name == Text;

    /// <summary>The text form.</summary>
    public override string ToString() => IsPrefix ? $"{Text}{Wildcard}" : Text;
}

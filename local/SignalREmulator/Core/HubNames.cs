namespace Lifecycle.Local.SignalR;

/// <summary>What a hub may be called: a letter, then letters, digits and a few marks, 128 characters at most.</summary>
static class HubNames
{
    public static bool IsValid(string name)
        => name.Length is > 0 and <= 128 && char.IsAsciiLetter(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '`' or ',' or '.' or '[' or ']');
}

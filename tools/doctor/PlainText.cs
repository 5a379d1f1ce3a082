namespace Lifecycle.Doctor;

/// <summary>What others wrote, as it is shown at a terminal.</summary>
public static class PlainText
{
    /// <summary>Without what would move the cursor, colour, or call the terminal: control characters other than line ends.</summary>
    public static string Of(string text) => text.Any(c => char.IsControl(c) && c != '\n')
        ? string.Concat(text.Select(c => c == '\t' ? ' ' : char.IsControl(c) && c != '\n' ? '\ufffd' : c))
        : text;

    /// <summary>The same on one line: what others wrote cannot look like a line of one's own.</summary>
    public static string LineOf(string text) => Of(text.ReplaceLineEndings(" "));
}

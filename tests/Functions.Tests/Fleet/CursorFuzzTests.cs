using Lifecycle.Functions.Fleet;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Moves;
using Lifecycle.Fuzzing;

namespace Lifecycle.Functions.Tests.Fleet;

/// <summary>Cursors that somebody changed: refused, for a list that went on elsewhere would leave sessions out without a word.</summary>
public sealed class CursorFuzzTests
{
    const int Cases = 4000;

    [Fact]
    public void ScanCursor_Damaged_IsRefused() =>
        AssertRefused(new ScanCursor("@appsession@s1:p", "s2:p", 4).ToText("state=RUNNING"), text => ScanCursor.Read(text, "state=RUNNING"));

    [Fact]
    public void ExportCursor_Damaged_IsRefused() =>
        AssertRefused(new ExportCursor(IsOfSessions: true, "@appsession@s1:p", 4, "s2:p").ToString(), ExportCursor.Read);

    static void AssertRefused(string good, Func<string, object> read)
    {
        foreach (var made in FuzzRun.Of(Cases, _ => []))
        {
            var damaged = Mutations.Damaged(made.Random, good);
            if (damaged.Length == 0 || damaged == good)
            {
                continue;
            }

            var refusal = Record.Exception(() => read(damaged));
            Assert.True(refusal is InputException { Code: "invalid_query" }, $"{made}: '{damaged}' of '{good}' made {refusal?.ToString() ?? "a place"}");
        }

        read(good);
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lifecycle.Functions.Tests.Moves;

/// <summary>Does what eng/carry-over.mjs does: all pages of the old place, each imported at the new one.</summary>
static class CarryOver
{
    // As JavaScript writes it: the fewest escapes.
    static readonly JsonSerializerOptions asScript = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public sealed record Report(int Pages, int Apps, int Sessions, IReadOnlyList<string> Left);

    public static async Task<Report> PlayAsync(TestApp from, TestApp to, TimeSpan window)
    {
        var report = new Report(0, 0, 0, []);
        await foreach (var page in PagesOf(from))
        {
            page["until"] = to.Time.GetUtcNow() + window;
            var answer = await to.SendAsync("POST", "/api/import", TextOf(page));
            Assert.True(answer.Status == 200, answer.Text);
            var left = answer.Json.GetProperty("left").EnumerateArray().Select(one => $"{one.GetProperty("name")} {one.GetProperty("reason")}");
            report = new(
                report.Pages + 1,
                report.Apps + answer.Json.GetProperty("apps").GetInt32(),
                report.Sessions + answer.Json.GetProperty("sessions").GetInt32(),
                [.. report.Left, .. left]);
        }

        await to.Settle();
        return report;
    }

    public static async IAsyncEnumerable<JsonObject> PagesOf(TestApp from)
    {
        for (string? cursor = ""; cursor is not null;)
        {
            var answer = await from.CallAsync("GET", $"/api/export?cursor={cursor}");
            Assert.True(answer.Status == 200, answer.Text);
            var page = JsonNode.Parse(answer.Text)!.AsObject();
            cursor = (string?)page["cursor"];
            yield return page;
        }
    }

    public static string TextOf(JsonObject page) => page.ToJsonString(asScript);
}

using System.Text;

namespace Lifecycle.Cli.Webhooks;

/// <summary>The body of what a receiver answers: as much of it as is shown, and as came in time.</summary>
static class AnswerBody
{
    /// <summary>The most that is read.</summary>
    public const int Most = 64 * 1024;

    /// <summary>Reads it.</summary>
    /// <param name="content">The answer's.</param>
    /// <param name="late">Ends the reading: what came until then is the body.</param>
    public static async Task<(string Text, bool IsCut)> ReadAsync(HttpContent content, CancellationToken late)
    {
        var (bytes, length) = (new byte[Most + 1], 0);
        var isBroken = false;
        try
        {
            await using var stream = await content.ReadAsStreamAsync(late);
            for (int count; length < bytes.Length && (count = await stream.ReadAsync(bytes.AsMemory(length), late)) > 0;) length += count;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            isBroken = true; // The answer was there: Lifecycle does not read further than its status either.
        }
        return (Encoding.UTF8.GetString(bytes, 0, Math.Min(length, Most)), isBroken || length > Most);
    }
}

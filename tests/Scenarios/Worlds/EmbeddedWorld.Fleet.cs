using System.Text.Json;

namespace Lifecycle.Scenarios;

/// <summary>The fleet as the API shows it.</summary>
sealed partial class EmbeddedWorld
{
    // A sweep leaves the last seconds to the next one.
    static readonly TimeSpan settled = FleetCount.Settled;

    public async Task<FleetSeen?> ReadFleetAsync()
    {
        var asked = Time.GetUtcNow();
        for (var waited = 0; waited < 30; waited++)
        {
            using var answer = await SendAsync(HttpMethod.Get, "/api/fleet", null);
            var fleet = await ReadJsonAsync(answer);
            if (fleet.TryGetProperty("at", out var at) && at.GetDateTimeOffset() - settled >= asked)
            {
                var history = fleet.GetProperty("history").EnumerateArray().ToList();
                return history.Count < FleetState.MostPoints ? SumOf(history) : null;
            }

            await Task.Delay(TimeSpan.FromSeconds(5), Time);
        }

        return null;
    }

    static FleetSeen SumOf(IReadOnlyCollection<JsonElement> history)
    {
        int Sum(string what) => history.Sum(point => point.GetProperty(what).GetInt32());
        return new(Sum("graces"), Sum("reconnects"), Sum("resurrections"), Sum("falseResurrections"));
    }
}

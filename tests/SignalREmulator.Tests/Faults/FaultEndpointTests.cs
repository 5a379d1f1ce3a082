using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Lifecycle.SignalREmulator.Tests.Support;

namespace Lifecycle.SignalREmulator.Tests.Faults;

public sealed class FaultEndpointTests
{
    [Fact]
    public async Task Faults_are_set_seen_and_cleared_over_http()
    {
        await using var emulator = await Emulator.StartAsync();
        using var http = new HttpClient { BaseAddress = emulator.Address };
        await emulator.Service.ConnectAsync("u");
        await emulator.Service.ConnectAsync("v");

        using var rule = await http.PostAsJsonAsync("/_faults/upstream", new { kind = "delay", @event = "connected", delayMs = 250, count = 2 });
        using var refuse = await http.PostAsJsonAsync("/_faults/refuse", new { refuse = true });
        Assert.Equal((204, 204), ((int)rule.StatusCode, (int)refuse.StatusCode));
        var state = await http.GetFromJsonAsync<JsonElement>("/_faults");
        Assert.Equal(2, state.GetProperty("connections").GetInt32());
        Assert.True(state.GetProperty("refuseConnections").GetBoolean());
        Assert.Equal(250, state.GetProperty("upstream")[0].GetProperty("delayMs").GetDouble());

        using var drop = await http.PostAsJsonAsync("/_faults/drop", new { userId = "u" });
        Assert.Equal(1, (await drop.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("dropped").GetInt32());
        using var cleared = await http.DeleteAsync("/_faults");
        Assert.Equal(204, (int)cleared.StatusCode);
        Assert.False(emulator.Core.Faults.RefuseConnections);
        Assert.Empty(emulator.Core.Faults.Rules);
    }

    [Theory]
    [InlineData("upstream", "{}")]
    [InlineData("upstream", "not json")]
    [InlineData("upstream", """{"kind":"explode"}""")]
    [InlineData("upstream", """{"kind":"lose","probability":2}""")]
    [InlineData("upstream", """{"kind":"delay"}""")]
    [InlineData("upstream", """{"kind":"delay","delayMs":-5}""")]
    [InlineData("upstream", """{"kind":"lose","unknown":1}""")]
    [InlineData("drop", """{"count":"x"}""")]
    [InlineData("drop", """{"count":-1}""")]
    [InlineData("drop", "null")]
    [InlineData("refuse", "[]")]
    public async Task A_bad_order_is_400_and_changes_nothing(string path, string body)
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.Service.ConnectAsync("u");
        using var http = new HttpClient { BaseAddress = emulator.Address };
        using var response = await http.PostAsync($"/_faults/{path}", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Empty(emulator.Core.Faults.Rules);
        Assert.Equal(1, emulator.Core.ConnectionCount);
    }
}

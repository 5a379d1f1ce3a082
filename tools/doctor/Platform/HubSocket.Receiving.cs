using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Platform;

/// <summary>What the app sends.</summary>
sealed partial class HubSocket
{
    const int MaxCalls = 10_000;

    /// <summary>Serves it to its end.</summary>
    public async Task ServeAsync(RecordReader reader, CancellationToken cancellation)
    {
        var how = "broken off by the app";
        try
        {
            while (await reader.NextAsync(cancellation) is { } record) await TakeAsync(record);
            how = $"closed by the app{(socket.CloseStatus is { } code ? $", code {(int)code}" : "")}";
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Broken off: by one side or the other.
        }
        ClosedAt = scene.Now;
        scene.Tell($"socket {scene.NumberOf(this)} is over, {how}");
        if (socket.State == WebSocketState.CloseReceived) await CloseFrameAsync(1000, quietly: true);
    }

    /// <summary>Pings as the service does, until it is over.</summary>
    public async Task PingAsync(TimeProvider time, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), time);
        try
        {
            while (IsOpen && await timer.WaitForNextTickAsync(cancellation))
            {
                if (!IsSilent) await SendTextAsync("{\"type\":6}" + RecordReader.Separator);
            }
        }
        catch (OperationCanceledException)
        {
            // Over.
        }
    }

    async Task TakeAsync(string record)
    {
        JsonElement message;
        try
        {
            message = JsonElement.Parse(record);
        }
        catch (JsonException)
        {
            scene.Tell($"the app sent what is no JSON: {record[..Math.Min(record.Length, 80)]}");
            return;
        }
        switch (message.TryGetProperty("type", out var type) && type.TryGetInt32(out var number) ? number : 0)
        {
            case 1:
                await CalledAsync(message);
                break;
            case 6:
                PingAt = scene.Now;
                scene.Pulse();
                break;
        }
    }

    async Task CalledAsync(JsonElement message)
    {
        var call = new HubCall(
            scene.Now,
            message.TryGetProperty("target", out var target) && target.ValueKind == JsonValueKind.String ? target.GetString()! : "",
            message.TryGetProperty("arguments", out var arguments) ? arguments : default,
            message.TryGetProperty("invocationId", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null);
        lock (_calls)
        {
            if (_calls.Count >= MaxCalls) return;
            _calls.Add(call);
        }
        scene.Run.Called(scene, this, call);
        scene.Tell($"{call} on socket {scene.NumberOf(this)}");
        if (await scene.OnCall(this, call) is not { } result || call.InvocationId is null) return;
        var completion = new JsonObject { ["type"] = 3, ["invocationId"] = call.InvocationId, ["result"] = JsonSerializer.SerializeToNode(result.ToJson()) };
        await SendTextAsync(completion.ToJsonString() + RecordReader.Separator);
    }
}

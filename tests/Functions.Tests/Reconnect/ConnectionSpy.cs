using System.Net;
using Lifecycle.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Reconnect;

/// <summary>The real service, with what is asked of it written down, and refused when the test says so.</summary>
sealed class ConnectionSpy(IAppConnections real) : IAppConnections
{
    public static void Install(IServiceCollection services)
    {
        services.AddSingleton(provider => new ConnectionSpy(provider.GetRequiredService<Lifecycle.Functions.Hub.Apps>()));
        services.AddTransient<IAppConnections>(provider => provider.GetRequiredService<ConnectionSpy>());
    }

    public List<string> Calls { get; } = [];

    public Func<string, bool> Fails { get; set; } = _ => false;

    /// <summary>What the service takes for a bad request, now and for ever.</summary>
    public Func<string, bool> Refuses { get; set; } = _ => false;

    public Task SendAsync(AppSessionId user, string? connectionId, string target, object payload) =>
        Do($"send {target}", () => real.SendAsync(user, connectionId, target, payload));

    public Task CloseAsync(string connectionId, string reason) => Do("close", () => real.CloseAsync(connectionId, reason));

    public Task JoinAsync(AppSessionId user, string group, TimeSpan ttl) => Do($"join {group}", () => real.JoinAsync(user, group, ttl));

    public Task LeaveAsync(AppSessionId user, string group) => Do($"leave {group}", () => real.LeaveAsync(user, group));

    public Task LeaveAllAsync(AppSessionId user) => Do("leave all", () => real.LeaveAllAsync(user));

    public Task<bool> ExistsAsync(AppSessionId user, CancellationToken cancellation) => real.ExistsAsync(user, cancellation);

    public Task<bool> ExistsAsync(string connectionId, CancellationToken cancellation) => real.ExistsAsync(connectionId, cancellation);

    public Task<bool> IsInAsync(AppSessionId user, string group)
    {
        var call = $"is in {group}";
        Calls.Add(call);
        return Refuses(call) ? throw BadRequest() : real.IsInAsync(user, group);
    }

    static InvalidOperationException BadRequest() => new("wrapped", new HttpRequestException("What is that?", null, HttpStatusCode.BadRequest));

    Task Do(string call, Func<Task> act)
    {
        Calls.Add(call);
        return Fails(call) ? throw new HttpRequestException("The service is away.")
            : Refuses(call) ? throw BadRequest()
            : act();
    }
}

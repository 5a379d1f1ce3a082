using System.Net;
using System.Runtime.CompilerServices;
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

    /// <summary>What was asked for, but for the rolls.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Which rolls were read, page by page.</summary>
    public List<int> Pages { get; } = [];

    /// <summary>How often a user was put on its roll.</summary>
    public int Enrolled { get; private set; }

    /// <summary>Who was asked about by itself.</summary>
    public List<string> Questions { get; } = [];

    /// <summary>What becomes of the pages of a roll; as the service says when it is null.</summary>
    public Func<int, IAsyncEnumerable<IReadOnlyList<ListedConnection>>, IAsyncEnumerable<IReadOnlyList<ListedConnection>>>? Rolls { get; set; }

    public Func<string, bool> Fails { get; set; } = _ => false;

    /// <summary>What the service takes for a bad request, now and for ever.</summary>
    public Func<string, bool> Refuses { get; set; } = _ => false;

    public Task SendAsync(AppSessionId user, string? connectionId, string target, object payload) =>
        Do($"send {target}", () => real.SendAsync(user, connectionId, target, payload));

    public Task CloseAsync(string connectionId, string reason) => Do("close", () => real.CloseAsync(connectionId, reason));

    public Task JoinAsync(AppSessionId user, string group, TimeSpan ttl)
    {
        if (group != Lifecycle.Rolls.GroupOf(user))
        {
            return Do($"join {group}", () => real.JoinAsync(user, group, ttl));
        }

        Enrolled++;
        return Fails("enroll") ? throw new HttpRequestException("The service is away.") : real.JoinAsync(user, group, ttl);
    }

    public Task LeaveAsync(AppSessionId user, string group) => Do($"leave {group}", () => real.LeaveAsync(user, group));

    public Task LeaveAllAsync(AppSessionId user) => Do("leave all", () => real.LeaveAllAsync(user));

    public Task<bool> ExistsAsync(AppSessionId user, CancellationToken cancellation)
    {
        Questions.Add(user.ToString());
        return real.ExistsAsync(user, cancellation);
    }

    public Task<bool> ExistsAsync(string connectionId, CancellationToken cancellation)
    {
        Questions.Add(connectionId);
        return real.ExistsAsync(connectionId, cancellation);
    }

    public async IAsyncEnumerable<IReadOnlyList<ListedConnection>> ReadRollAsync(int roll, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var pages = real.ReadRollAsync(roll, cancellation);
        await foreach (var page in (Rolls?.Invoke(roll, pages) ?? pages).WithCancellation(cancellation))
        {
            Pages.Add(roll);
            yield return page;
        }
    }

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

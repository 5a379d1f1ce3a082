using System.Collections.Concurrent;
using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions;

/// <summary>
/// Reads app registrations. Every attach needs one, so what was found is kept for two seconds; a key or policy that
/// changes takes that long to reach every instance. What was not found is asked for again every time.
/// </summary>
public sealed class AppDirectory(TimeProvider time, Policy fleet)
{
    static readonly TimeSpan kept = TimeSpan.FromSeconds(2);
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);
    readonly ConcurrentDictionary<string, (AppDocument App, long ReadAt)> cache = new(StringComparer.Ordinal);

    /// <summary>The app's registration, at most two seconds old; null when there is none.</summary>
    public async Task<AppRegistration?> FindAsync(DurableTaskClient client, string packageName) =>
        (await FindDocumentAsync(client, packageName))?.Registration;

    /// <summary>The app with its gate, at most two seconds old; null when it is not registered.</summary>
    public async Task<AppDocument?> FindDocumentAsync(DurableTaskClient client, string packageName)
    {
        if (cache.TryGetValue(packageName, out var found) && time.GetElapsedTime(found.ReadAt) < kept)
        {
            return found.App;
        }

        var app = await ReadDocumentAsync(client, packageName);
        Keep(packageName, app);
        return app;
    }

    /// <summary>The app whose key this is. One answer for an unknown app and a wrong key: who has no key learns nothing about who is registered.</summary>
    /// <exception cref="InputException">It is not the app's, or there is no such app.</exception>
    public async Task<AppRegistration> RequireKeyAsync(DurableTaskClient client, string packageName, string? key) =>
        await FindAsync(client, packageName) is { } app && key is not null && app.AcceptsApiKey(key)
            ? app
            : throw InputException.Unauthorized("The API key is not the app's. Send it in the header x-api-key, or as a bearer token.");

    /// <summary>The app's registration as it is stored now.</summary>
    public async Task<AppRegistration?> ReadAsync(DurableTaskClient client, string packageName) =>
        (await ReadDocumentAsync(client, packageName))?.Registration;

    static async Task<AppDocument?> ReadDocumentAsync(DurableTaskClient client, string packageName)
    {
        var entity = await client.Entities.GetEntityAsync<AppDocument>(AppEntity.IdOf(packageName));
        return entity?.State is { Registration: not null } app ? app : null;
    }

    /// <summary>Waits until the stored registration is the expected one, for five seconds at most.</summary>
    /// <returns>Whether it is, and the registration as it was seen last.</returns>
    public async Task<(bool InForce, AppRegistration? App)> WaitForAsync(DurableTaskClient client, string packageName, Func<AppRegistration?, bool> expected, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var wait = TimeSpan.FromMilliseconds(5); ; wait *= 2)
        {
            var app = await ReadDocumentAsync(client, packageName);
            if (expected(app?.Registration))
            {
                Keep(packageName, app);
                return (true, app?.Registration);
            }

            if (time.GetElapsedTime(start) > patience)
            {
                return (false, app?.Registration);
            }

            await Task.Delay(wait < TimeSpan.FromMilliseconds(200) ? wait : TimeSpan.FromMilliseconds(200), time, cancellation);
        }
    }

    /// <summary>The policy in force for an app, at most two seconds old; null when it is not registered.</summary>
    public async Task<Policy?> FindPolicyAsync(DurableTaskClient client, string packageName) =>
        await FindAsync(client, packageName) is { } app ? PolicyOf(app) : null;

    /// <summary>The policy in force for an app.</summary>
    public Policy PolicyOf(AppRegistration app) => app.Policy.Over(fleet);

    void Keep(string packageName, AppDocument? app)
    {
        if (app is null)
        {
            cache.TryRemove(packageName, out _);
        }
        else
        {
            cache[packageName] = (app, time.GetTimestamp());
        }
    }
}

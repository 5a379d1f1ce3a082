using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.WebUtilities;

namespace Lifecycle.Local.SignalR;

/// <summary>Speaks the data-plane REST API of a SignalR service: an emulator in another process, or the real one.</summary>
public sealed class RestServiceApi : IServiceApi, IDisposable
{
    const string Version = "2022-06-01";

    // The first one that can list who is in a group.
    const string ListingVersion = "2024-12-01";

    static readonly TimeSpan tokenLifetime = TimeSpan.FromHours(1);

    readonly TimeProvider time;
    readonly HttpClient http;

    /// <summary>Talks to the service of the connection string, by default over connections of its own.</summary>
    public RestServiceApi(ServiceConnectionString connectionString, TimeProvider? time = null, HttpMessageHandler? handler = null)
    {
        ConnectionString = connectionString;
        this.time = time ?? TimeProvider.System;
        http = new HttpClient(handler ?? new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
    }

    /// <inheritdoc/>
    public ServiceConnectionString ConnectionString { get; }

    /// <inheritdoc/>
    public async Task SendAsync(string hub, SendTarget to, string method, object?[] arguments, CancellationToken cancellation = default)
    {
        using var content = new ByteArrayContent(HubInvocation.FromObjects(method, arguments).ToRestBody());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        using var response = await RequestAsync(
            HttpMethod.Post, hub, $"{Path(to)}/:send", Excluded(to), content, null, cancellation);
    }

    /// <inheritdoc/>
    public async Task CloseAsync(string hub, SendTarget to, string? reason, CancellationToken cancellation = default)
    {
        var query = reason is null ? "" : $"&reason={Uri.EscapeDataString(reason)}";
        var one = to.Kind == SendTargetKind.Connection;
        using var response = await RequestAsync(
            one ? HttpMethod.Delete : HttpMethod.Post, hub, one ? Path(to) : $"{Path(to)}/:closeConnections",
            query + Excluded(to), null, one ? ServiceErrorCodes.ConnectionNotExisted : null, cancellation);
    }

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(string hub, SendTarget of, CancellationToken cancellation = default)
    {
        if (of.Kind == SendTargetKind.All)
        {
            throw new ArgumentException("The service cannot be asked whether a hub has connections.", nameof(of));
        }
        using var response = await RequestAsync(
            HttpMethod.Head, hub, Path(of), "", null, ServiceErrorCodes.NotExisted(of.Kind), cancellation);
        return response.IsSuccessStatusCode;
    }

    /// <inheritdoc/>
    public async Task<bool> AddConnectionToGroupAsync(
        string hub, string group, string connectionId, CancellationToken cancellation = default)
    {
        using var response = await RequestAsync(
            HttpMethod.Put, hub, $"{Path(SendTarget.Group(group))}{Path(SendTarget.Connection(connectionId))}", "", null,
            ServiceErrorCodes.ConnectionToAddNotExisted, cancellation);
        return response.IsSuccessStatusCode;
    }

    /// <inheritdoc/>
    public async Task RemoveConnectionFromGroupAsync(
        string hub, string group, string connectionId, CancellationToken cancellation = default)
    {
        using var response = await RequestAsync(
            HttpMethod.Delete, hub, $"{Path(SendTarget.Group(group))}{Path(SendTarget.Connection(connectionId))}", "", null,
            ServiceErrorCodes.ConnectionNotExisted, cancellation);
    }

    /// <inheritdoc/>
    public async Task RemoveConnectionFromAllGroupsAsync(string hub, string connectionId, CancellationToken cancellation = default)
    {
        using var response = await RequestAsync(
            HttpMethod.Delete, hub, $"{Path(SendTarget.Connection(connectionId))}/groups", "", null, null, cancellation);
    }

    /// <inheritdoc/>
    public async Task AddUserToGroupAsync(
        string hub, string user, string group, TimeSpan? ttl = null, CancellationToken cancellation = default)
    {
        var query = ttl is { } t ? string.Create(CultureInfo.InvariantCulture, $"&ttl={(long)t.TotalSeconds}") : "";
        using var response = await RequestAsync(
            HttpMethod.Put, hub, $"{Path(SendTarget.User(user))}{Path(SendTarget.Group(group))}", query, null, null, cancellation);
    }

    /// <inheritdoc/>
    public async Task RemoveUserFromGroupAsync(string hub, string user, string group, CancellationToken cancellation = default)
    {
        using var response = await RequestAsync(
            HttpMethod.Delete, hub, $"{Path(SendTarget.User(user))}{Path(SendTarget.Group(group))}", "", null, null, cancellation);
    }

    /// <inheritdoc/>
    public async Task RemoveUserFromAllGroupsAsync(string hub, string user, CancellationToken cancellation = default)
    {
        using var response = await RequestAsync(
            HttpMethod.Delete, hub, $"{Path(SendTarget.User(user))}/groups", "", null, null, cancellation);
    }

    /// <inheritdoc/>
    public async Task<GroupPage> ListConnectionsInGroupAsync(
        string hub, string group, int? maxPageSize = null, int? top = null, string? continuationToken = null, CancellationToken cancellation = default)
    {
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"{(maxPageSize is { } size ? $"&maxpagesize={size}" : "")}{(top is { } most ? $"&top={most}" : "")}");
        using var response = await RequestAsync(
            HttpMethod.Get, hub, $"{Path(SendTarget.Group(group))}/connections",
            continuationToken is null ? query : $"{query}&continuationToken={Uri.EscapeDataString(continuationToken)}", null, null, cancellation, ListingVersion);
        var answer = await response.Content.ReadFromJsonAsync<ListAnswer>(cancellation)
            ?? throw new HttpRequestException("The SignalR service answered null to the question who is in a group.");
        return new(answer.Value, answer.NextLink is { } next ? TokenIn(next) : null);
    }

    /// <inheritdoc/>
    public async Task<bool> IsUserInGroupAsync(string hub, string user, string group, CancellationToken cancellation = default)
    {
        using var response = await RequestAsync(
            HttpMethod.Head, hub, $"{Path(SendTarget.User(user))}{Path(SendTarget.Group(group))}", "", null,
            ServiceErrorCodes.UserNotInGroup, cancellation);
        return response.IsSuccessStatusCode;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => http.Dispose();

    // Only its token is taken, so that no address that somebody else names is ever given an access token.
    static string TokenIn(string nextLink) =>
        Uri.TryCreate(nextLink, UriKind.Absolute, out var url) && QueryHelpers.ParseQuery(url.Query).TryGetValue("continuationToken", out var token)
            ? token.ToString()
            : throw new HttpRequestException("The SignalR service named no next page that can be read.");

    static string Path(SendTarget target) => target.Kind switch
    {
        SendTargetKind.User => $"/users/{Uri.EscapeDataString(target.Name)}",
        SendTargetKind.Group => $"/groups/{Uri.EscapeDataString(target.Name)}",
        SendTargetKind.Connection => $"/connections/{Uri.EscapeDataString(target.Name)}",
        _ => ""
    };

    static string Excluded(SendTarget target)
        => string.Concat((target.Excluded ?? []).Select(id => $"&excluded={Uri.EscapeDataString(id)}"));

    // A 404 with the expected code is an answer; everything else that is not a success is thrown.
    async Task<HttpResponseMessage> RequestAsync(
        HttpMethod verb, string hub, string path, string query, HttpContent? content, string? expected, CancellationToken cancellation,
        string version = Version)
    {
        var resource = $"/api/hubs/{Uri.EscapeDataString(hub.ToLowerInvariant())}{path}?api-version={version}";
        var endpoint = ConnectionString.Endpoint;
        var token = AccessToken.Create(
            ConnectionString.AccessKey, $"{endpoint.Scheme}://{endpoint.Host}{resource}", time.GetUtcNow(), tokenLifetime);
        using var request = new HttpRequestMessage(verb, $"{endpoint.GetLeftPart(UriPartial.Authority)}{resource}{query}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = content;
        var response = await http.SendAsync(request, cancellation);
        if (response.IsSuccessStatusCode || (response.StatusCode == HttpStatusCode.NotFound && Code(response) == expected && expected is not null))
        {
            return response;
        }
        using (response)
        {
            throw new HttpRequestException(
                $"The SignalR service answered {(int)response.StatusCode} ({Code(response) ?? "no code"}) to {verb} {path}.",
                null, response.StatusCode);
        }
    }

    static string? Code(HttpResponseMessage response)
        => response.Headers.TryGetValues(ServiceErrorCodes.Header, out var codes) ? codes.FirstOrDefault() : null;

    /// <summary>A page as it is sent.</summary>
    sealed record ListAnswer(IReadOnlyList<GroupMember> Value, string? NextLink);
}

using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Extensions;

namespace Lifecycle.Local.SignalR;

/// <summary>The data-plane REST API: paths and verbs, tokens, status codes and error codes of the service.</summary>
sealed class RestApi(SignalRServiceCore core)
{
    const string Send = ":send";
    const string Close = ":closeConnections";

    // Versions before have no such path.
    const string ListingVersion = "2024-12-01";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            var status = await HandleAsync(RestRequest.From(context));
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = status;
            }
        }
        catch (RestException e)
        {
            context.Response.StatusCode = e.StatusCode;
            context.Response.Headers[ServiceErrorCodes.Header] = e.Code;
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await context.Response.WriteAsJsonAsync(new { code = e.Code, message = e.Message });
            }
        }
    }

    async Task<int> HandleAsync(RestRequest request)
    {
        if (request.Segments is ["health"])
        {
            Allow(request, "HEAD", "GET");
            request.CheckVersion();
            return 200;
        }
        if (request.Segments is not ["hubs", _, _, ..])
        {
            throw NoSuchPath();
        }
        var handle = Route(request);
        Authorize(request);
        return await handle(core.Hub(request.Hub()));
    }

    // Finds out what is asked for first: an unknown path is 404 and a wrong verb 405, with or without a token.
    Func<ServiceHub, Task<int>> Route(RestRequest request) => request.Segments[2..] switch
    {
        [Send] => Only(request, "POST", hub => SendAsync(request, hub, SendTarget.All)),
        [Close] => Only(request, "POST", hub => CloseMany(request, hub, SendTarget.All)),
        ["users" or "groups" or "connections", _, Send] => Only(request, "POST", hub => SendAsync(request, hub, Target(request))),
        ["users" or "groups", _, Close] => Only(request, "POST", hub => CloseMany(request, hub, Target(request))),
        ["users" or "groups", _] => Only(request, "HEAD", hub => Exists(hub, Target(request))),
        ["connections", _] => Connection(request),
        ["groups", _, "connections"] when request.IsOfVersion(ListingVersion) => Only(request, "GET", hub => ListAsync(request, hub)),
        ["connections", _, "groups"] => Only(request, "DELETE", hub => Do(200, () => hub.RemoveFromAllGroups(Target(request).Name))),
        ["groups", _, "connections", _] => GroupConnection(request),
        ["users", _, "groups"] => Only(request, "DELETE", hub => Do(204, () => hub.RemoveUserFromAllGroups(Target(request).Name))),
        ["users", _, "groups", _] => UserGroup(request),
        _ => throw NoSuchPath()
    };

    static Func<ServiceHub, Task<int>> Connection(RestRequest request)
    {
        Allow(request, "HEAD", "DELETE");
        return HttpMethods.IsHead(request.Method)
            ? hub => Exists(hub, Target(request))
            : hub => Do(200, () => hub.Select(Target(request)).ForEach(s => s.Close(request.Reason, allowReconnect: false)));
    }

    static Func<ServiceHub, Task<int>> GroupConnection(RestRequest request)
    {
        Allow(request, "PUT", "DELETE");
        return hub =>
        {
            var group = Target(request).Name;
            var connection = RestRequest.Target("connections", request.Segments[5]).Name;
            var (done, code) = HttpMethods.IsPut(request.Method)
                ? (hub.AddToGroup(connection, group), ServiceErrorCodes.ConnectionToAddNotExisted)
                : (hub.RemoveFromGroup(connection, group) || hub.Select(SendTarget.Connection(connection)).Count > 0,
                    ServiceErrorCodes.ConnectionNotExisted);
            return done ? Task.FromResult(200) : throw RestException.NotFound(code, "There is no such connection.");
        };
    }

    static Func<ServiceHub, Task<int>> UserGroup(RestRequest request)
    {
        // The document says HEAD; the official library asks with GET.
        Allow(request, "PUT", "DELETE", "HEAD", "GET");
        return hub =>
        {
            var user = Target(request).Name;
            var group = RestRequest.Target("groups", request.Segments[5]).Name;
            return request.Method switch
            {
                "PUT" => Do(200, () => hub.AddUserToGroup(user, group, request.Ttl())),
                "DELETE" => Do(204, () => hub.RemoveUserFromGroup(user, group)),
                _ when hub.IsUserInGroup(user, group) => Task.FromResult(200),
                _ => throw RestException.NotFound(ServiceErrorCodes.UserNotInGroup, "The user is not in the group.")
            };
        };
    }

    static async Task<int> SendAsync(RestRequest request, ServiceHub hub, SendTarget to)
    {
        var invocation = await RestMessageReader.ReadAsync(request.Context.Request);
        hub.Select(to with { Excluded = request.Excluded }).ForEach(session => session.Sink.Send(invocation));
        return 202;
    }

    static async Task<int> ListAsync(RestRequest request, ServiceHub hub)
    {
        var (size, top) = (request.Number("maxpagesize", GroupPages.MaxPageSize), request.Number("top", int.MaxValue));
        try
        {
            var page = GroupPages.Read(hub, Target(request).Name, size, top, request.ContinuationToken);
            await request.Context.Response.WriteAsJsonAsync(new ListBody(page.Members, request.NextLink(page, top)));
            return 200;
        }
        catch (ArgumentException e)
        {
            throw RestException.Invalid(e.Message);
        }
    }

    static Task<int> CloseMany(RestRequest request, ServiceHub hub, SendTarget to)
        => Do(204, () => hub.Select(to with { Excluded = request.Excluded }).ForEach(s => s.Close(request.Reason, allowReconnect: false)));

    static Task<int> Exists(ServiceHub hub, SendTarget of) => hub.Select(of).Count > 0
        ? Task.FromResult(200)
        : throw RestException.NotFound(ServiceErrorCodes.NotExisted(of.Kind), "Nobody is there.");

    static SendTarget Target(RestRequest request) => RestRequest.Target(request.Segments[2], request.Segments[3]);

    static Task<int> Do(int status, Action action)
    {
        action();
        return Task.FromResult(status);
    }

    static Func<ServiceHub, Task<int>> Only(RestRequest request, string verb, Func<ServiceHub, Task<int>> handle)
    {
        Allow(request, verb);
        return handle;
    }

    static void Allow(RestRequest request, params string[] verbs)
    {
        if (!verbs.Contains(request.Method, StringComparer.Ordinal))
        {
            request.Context.Response.Headers.Allow = string.Join(", ", verbs);
            throw new RestException(405, ServiceErrorCodes.InvalidRequest, "The verb is not one of this path.");
        }
    }

    void Authorize(RestRequest request)
    {
        var url = new Uri(request.Context.Request.GetEncodedUrl());
        var verdict = AccessTokenReader.Check(
            ClientRequest.Token(request.Context), core.Options.AccessKey, core.TimeProvider.GetUtcNow(),
            audience => Audience.IsResource(audience, request.Path, core.ConnectionString.Endpoint, url));
        if (verdict.Problem is { } problem)
        {
            request.Context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new RestException(401, "Error.Request.Unauthorized", problem);
        }
    }

    static RestException NoSuchPath() => RestException.NotFound(ServiceErrorCodes.InvalidRequest, "There is no such path.");

    /// <summary>A page as it is sent.</summary>
    sealed record ListBody(IReadOnlyList<GroupMember> Value, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? NextLink);
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Sdk.Tests.Relay;

/// <summary>The connection over which webhooks come: opened, kept, and opened again.</summary>
public class RelayLinkTests
{
    [Fact]
    public void It_connects_says_that_it_is_ready_and_says_so_again_every_minute()
    {
        var world = new RelayWorld();
        Assert.False(world.Server.IsRelayReady);
        world.Start();
        Assert.True(world.Server.IsRelayReady);
        Assert.Equal("http://lifecycle.test/api/relay/negotiate", world.Negotiations.Single().Url.AbsoluteUri);
        world.RunFor(600);
        Assert.InRange(world.Newest.Calls.Count, 8, 13);
        Assert.All(world.Newest.Calls.Zip(world.Newest.Calls.Skip(1), (a, b) => (b.At - a.At).TotalSeconds), gap => Assert.InRange(gap, 48, 72.2));
        Assert.Equal(["ready"], world.Newest.Words.Distinct());
        Assert.Single(world.Sockets);
    }

    [Fact]
    public void A_lost_connection_is_made_again_at_once_and_a_crowd_does_not_come_in_one_instant()
    {
        var world = new RelayWorld();
        world.Start();
        world.Run(() => world.Newest.Cut("away"));
        Assert.False(world.Server.IsRelayReady);
        Assert.True(world.IsWithin(1.2, () => world.Server.IsRelayReady));
        Assert.Equal(2, world.Sockets.Count);
    }

    [Fact]
    public void While_nobody_answers_it_tries_on_for_as_long_as_that_takes()
    {
        var world = new RelayWorld { Refuse = () => throw new HttpRequestException("nobody") };
        world.Start();
        world.RunFor(3_600);
        Assert.InRange(world.Negotiations.Count, 120, 800);
        world.Refuse = () => null;
        Assert.True(world.IsWithin(31, () => world.Server.IsRelayReady));
    }

    // An app that is registered after its processes are up, or whose key is put right, needs no restart.
    [Fact]
    public void A_wrong_key_is_not_final()
    {
        var world = new RelayWorld
        {
            Refuse = () => new HttpResponseMessage(HttpStatusCode.Unauthorized)
            {
                Content = JsonContent.Create(new { detail = "not the key" }, MediaTypeHeaderValue.Parse("application/problem+json")),
            },
        };
        world.Start();
        world.RunFor(120);
        Assert.InRange(world.Negotiations.Count, 5, 100);
        world.Refuse = () => null;
        Assert.True(world.IsWithin(31, () => world.Server.IsRelayReady));
    }

    [Fact]
    public void Retry_after_of_a_service_that_is_away_is_honoured()
    {
        var world = new RelayWorld();
        world.Refuse = () =>
        {
            var answer = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
            {
                Content = JsonContent.Create(new { type = "urn:lifecycle:problem:service_away" }, MediaTypeHeaderValue.Parse("application/problem+json")),
            };
            answer.Headers.Add("Retry-After", "7");
            return answer;
        };
        world.Start();
        world.RunFor(30);
        Assert.All(world.Negotiations.Zip(world.Negotiations.Skip(1), (a, b) => (b.At - a.At).TotalSeconds), gap => Assert.InRange(gap, 7, 8.2));
    }

    [Fact]
    public void Whoever_is_not_heard_opens_another_connection()
    {
        var world = new RelayWorld();
        world.Start();
        world.Answer = _ => new TaskCompletionSource().Task; // the socket lives, and nobody answers behind it
        world.RunFor(90);
        Assert.True(world.Sockets[0].IsClosed);
        world.Answer = _ => Task.CompletedTask;
        Assert.True(world.IsWithin(40, () => world.Server.IsRelayReady));
    }

    [Fact]
    public void A_refused_ready_is_tried_again_and_nothing_is_left_open()
    {
        var world = new RelayWorld { Answer = _ => throw new HubCallException("ready", "too_many", "128 processes") };
        world.Start();
        world.RunFor(60);
        Assert.False(world.Server.IsRelayReady);
        Assert.InRange(world.Sockets.Count, 5, 60);
        Assert.All(world.Sockets, socket => Assert.True(socket.IsClosed));
    }

    [Fact]
    public void A_process_that_leaves_says_so_once_stays_for_what_it_was_asked_and_then_closes()
    {
        var world = new RelayWorld();
        world.Start();
        var socket = world.Newest;
        world.Run(world.Server.StopTakingWebhooks);
        world.RunFor(130);
        Assert.Equal(["ready", "leaving"], socket.Words);
        Assert.False(socket.IsClosed);
        world.Run(() => socket.Send(world.Signed()));
        var answer = Assert.Single(socket.Answers);
        Assert.Equal((503, "i-1", "2"), (answer.Status, answer.Headers!["x-lifecycle-leaving"], answer.Headers["retry-after"]));
        Assert.Empty(world.Handled);
        world.Run(() => _ = world.Server.ShutdownAsync(ShutdownMode.Drain));
        world.RunFor(1);
        Assert.True(socket.IsClosed);
    }

    [Fact]
    public void A_process_that_leaves_makes_no_new_connection()
    {
        var world = new RelayWorld();
        world.Start();
        world.Run(world.Server.StopTakingWebhooks);
        world.Run(() => world.Newest.Cut());
        world.RunFor(60);
        Assert.Single(world.Sockets);
    }

    [Fact]
    public void A_disposed_server_closes_it_and_starts_no_other()
    {
        var world = new RelayWorld();
        world.Start();
        world.Run(() => _ = world.Server.DisposeAsync());
        world.RunFor(60);
        Assert.Single(world.Sockets);
        Assert.True(world.Newest.IsClosed);
        Assert.Throws<ObjectDisposedException>(() => world.Server.StartRelay());
    }
}

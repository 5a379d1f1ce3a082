namespace Lifecycle.Scenarios;

/// <summary>What the SignalR service does: it holds the sockets, and tells when one has closed.</summary>
sealed partial class RulesWorld
{
    RulesSocket? Find(string connection) => sockets.GetValueOrDefault(connection);

    IEnumerable<RulesSocket> OpenSocketsOf(AppSessionId id) => socketsOf.GetValueOrDefault(id) ?? [];

    void Close(string connection, string? reason)
    {
        if (sockets.Remove(connection, out var socket))
        {
            socketsOf[socket.Id].Remove(socket);
            socket.Closed(reason);
            _ = DeliverAsync("disconnected", socket.Id, new Disconnected(connection));
        }
    }

    /// <summary>What the client sees comes after the service's turn, never in the middle of it.</summary>
    sealed class RulesSocket(RulesWorld world, AppSessionId id, Connected connected, TimeSpan ackWithin, IAppSocketEvents events) : IAppSocket
    {
        readonly string connection = connected.ConnectionId;

        public AppSessionId Id => id;

        public TimeSpan AckWithin => ackWithin;

        public bool IsOpen => world.sockets.ContainsKey(connection);

        public Task DropAsync()
        {
            world.Close(connection, null);
            return Task.CompletedTask;
        }

        public Task SetSubscriptionsAsync(IReadOnlyList<string> streams, int version) =>
            Call(new SubscriptionsReplaced(connection, [.. streams], version));

        public Task ReleaseAsync() => Call(new Released(connection));

        public Task InitAsync(string instanceId) => Call(new Initialized(connection, true, instanceId));

        public Task HandOverAsync() => Said("handOver", new HandOverAsked(connection));

        public Task DoneAsync(long seq, bool isLast) => Said("done", new MessagesDone(connection, seq, [], isLast));

        Task Call(SessionEvent call)
        {
            if (IsOpen && world.hostIsDown is null)
            {
                world.Tell(id, call);
            }

            return Task.CompletedTask;
        }

        Task Said(string name, HubCall call) => world.faults.Arrivals(name).Count > 0 ? Call(call with { Negotiated = connected }) : Task.CompletedTask;

        public void Superseded(bool handedOver) => Later(() => events.OnSuperseded(this, handedOver));

        public void Move(TimeSpan after) => Later(() => events.OnMove(this, after));

        public void Tell() => Later(() => events.OnTell(this));

        public void Ack(Ack ack) => Later(() => events.OnAck(
            this,
            new AckSeen(ack.Resumed, ack.Subscriptions, ack.SubscriptionsVersion, ack.InitWanted ? null : $"{ack.Epoch}", ack.Seq, ack.InitWanted)));

        public void Message(SendMessage message) => Later(() => events.OnMessage(this, message.Seq, message.Body));

        public void Published(string stream, int number) => Later(() => events.OnPublished(this, stream, number));

        public void Subscriptions(SendSubscriptions s) =>
            Later(() => events.OnSubscriptions(this, s.Accepted, s.Current.Streams, s.Current.Version));

        public void Closed(string? reason) => Later(() => events.OnClosed(this, reason));

        static async void Later(Action action)
        {
            await Task.Yield();
            action();
        }
    }
}

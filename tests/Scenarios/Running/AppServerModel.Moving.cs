namespace Lifecycle.Scenarios;

/// <content>A session that is asked to attach anew: at the new place first, and only then it leaves the old one.</content>
sealed partial class AppServerModel
{
    public sealed partial class SessionClient
    {
        IAppSocket? arriving;

        public void OnMove(IAppSocket from, TimeSpan after)
        {
            if (from == socket)
            {
                MoveLater(from, after);
            }
        }

        async void MoveLater(IAppSocket old, TimeSpan after)
        {
            await Task.Delay(after, app.WorldTime);
            if (socket != old || !old.IsOpen || IsEnding)
            {
                return; // it is coming back, or going, in any case
            }

            var outcome = await app.AttachAsync(id, Saying, this);
            arriving = outcome.Socket;
            if (arriving is not null)
            {
                ExpectAck(arriving);
            }
        }

        // The ack of the new socket: messages come over that one from now on, and the old one closes behind it.
        void Arrive(IAppSocket from)
        {
            if (from == arriving)
            {
                var old = socket;
                (socket, arriving) = (from, null);
                _ = old?.DropAsync();
            }
        }
    }
}

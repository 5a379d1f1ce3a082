namespace Lifecycle.Sdk.Tests;

public class EndReasonTests
{
    const string Client = "The server closed the connection with the following error: ";

    [Theory]
    [InlineData(Client + "superseded", EndKind.Superseded)]
    [InlineData(Client + "not_started", EndKind.NotStarted)]
    [InlineData(Client + "stopped", EndKind.Stopped)]
    [InlineData("stopped", EndKind.Stopped)]
    [InlineData(Client + "Connection closed with an error. HubException: not_started", EndKind.NotStarted)]
    public void FromClose_TerminalText_IsTyped(string text, EndKind kind) => Assert.Equal(kind, EndReason.FromClose(text)?.Kind);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(Client + "stale_token")]
    [InlineData(Client + "stale_connect")]
    [InlineData("The remote party closed the WebSocket connection without completing the close handshake.")]
    [InlineData("the host was stopped by the operator")]
    public void FromClose_OtherText_IsTriedAgain(string? text) => Assert.Null(EndReason.FromClose(text));

    [Theory]
    [InlineData(401, EndKind.Unauthorized)]
    [InlineData(403, EndKind.Forbidden)]
    [InlineData(404, EndKind.NotFound)]
    [InlineData(410, EndKind.Gone)]
    [InlineData(400, EndKind.Rejected)]
    [InlineData(422, EndKind.Rejected)]
    public void FromProblem_FinalStatus_IsTyped(int status, EndKind kind) => Assert.Equal(kind, EndReason.FromProblem(status, null)?.Kind);

    [Theory]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public void FromProblem_PassingStatus_IsTriedAgain(int status) => Assert.Null(EndReason.FromProblem(status, null));
}

namespace Lifecycle.Local.SignalR;

/// <summary>What the service writes into the header <c>x-ms-error-code</c>.</summary>
static class ServiceErrorCodes
{
    public const string Header = "x-ms-error-code";
    public const string ConnectionNotExisted = "Warning.Connection.NotExisted";
    public const string UserNotExisted = "Warning.User.NotExisted";
    public const string GroupNotExisted = "Warning.Group.NotExisted";
    public const string UserNotInGroup = "Info.User.NotInGroup";
    public const string ConnectionToAddNotExisted = "Error.Connection.NotExisted";
    public const string InvalidRequest = "Error.Request.Invalid";

    public static string NotExisted(SendTargetKind kind) => kind switch
    {
        SendTargetKind.User => UserNotExisted,
        SendTargetKind.Group => GroupNotExisted,
        _ => ConnectionNotExisted
    };
}

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which key a caller of an HTTP function needs in Azure. The embedded host listens on loopback only and asks for none.</summary>
public enum AuthorizationLevel
{
    /// <summary>None.</summary>
    Anonymous = 0,

    /// <summary>A user's token.</summary>
    User = 1,

    /// <summary>A key of the function or of the host.</summary>
    Function = 2,

    /// <summary>A key of an extension.</summary>
    System = 3,

    /// <summary>The master key.</summary>
    Admin = 4,
}

namespace Lifecycle.Functions.Commands;

/// <summary>What a command asks for.</summary>
enum CommandType
{
    /// <summary>Malformed: no command is of this type.</summary>
    None = 0,

    /// <summary>Start the app in the session.</summary>
    Start = 1,

    /// <summary>Stop it.</summary>
    Stop = 2,

    /// <summary>Try an evicted app session again.</summary>
    Revive = 3,
}

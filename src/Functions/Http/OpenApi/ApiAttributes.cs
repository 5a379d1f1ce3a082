namespace Lifecycle.Functions.Http;

/// <summary>Describes an HTTP function in the OpenAPI document; route, verb and key it has from the trigger.</summary>
/// <param name="summary">What it does, in a sentence.</param>
[AttributeUsage(AttributeTargets.Method)]
sealed class ApiAttribute(string summary) : Attribute
{
    /// <summary>What it does.</summary>
    public string Summary => summary;

    /// <summary>The JSON that it takes; null for none.</summary>
    public Type? Body { get; init; }

    /// <summary>The whole numbers that it takes in the query: name, colon, what it is.</summary>
    public string[] Query { get; init; } = [];

    /// <summary>The texts that it takes in the query, in the same form.</summary>
    public string[] QueryTexts { get; init; } = [];

    /// <summary>Whether the caller shows an app's API key, not a function key.</summary>
    public bool ByApp { get; init; }
}

/// <summary>One answer of an HTTP function. Those that every function has (400, 500) need none.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="when">When it comes, in a sentence.</param>
/// <param name="body">The JSON that comes with it; null for none. Errors always come as problem+json.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
sealed class AnswersAttribute(int status, string when, Type? body = null) : Attribute
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>When it comes.</summary>
    public string When => when;

    /// <summary>What comes with it.</summary>
    public Type? Body => body;
}

using System.Net;
using System.Text.Json;
using Lifecycle.Entities;

namespace Lifecycle.Functions.Tests.Failures;

public sealed class FinalFailuresTests
{
    static readonly Exception final = new JsonException("no JSON");
    static readonly Exception passing = new TimeoutException("no answer");

    public static TheoryData<Exception> Final => new()
    {
        final,
        new UnsendableException("half an emoji"),
        new ArgumentException("no name"),
        Http(HttpStatusCode.BadRequest),
        Http(HttpStatusCode.RequestEntityTooLarge),
        new InvalidOperationException("as libraries wrap", Http(HttpStatusCode.BadRequest)),
        // In SignalR's library the status of a bad request is only part of a text.
        new AzureSignalRInvalidArgumentException(new HttpRequestException("Response status code does not indicate success: 400 (Bad Request)")),
        new AggregateException(final, Http(HttpStatusCode.BadRequest)),
        new NullReferenceException(),
    };

    public static TheoryData<Exception> Passing => new()
    {
        passing,
        new HttpRequestException("refused"),
        Http(HttpStatusCode.Unauthorized), // a key was rotated
        Http(HttpStatusCode.NotFound),
        Http(HttpStatusCode.TooManyRequests),
        Http(HttpStatusCode.ServiceUnavailable),
        new InvalidOperationException("as libraries wrap", Http(HttpStatusCode.BadGateway)),
        new ObjectDisposedException("the host stops"),
        new AggregateException(final, passing),
    };

    [Theory]
    [MemberData(nameof(Final))]
    public void Include_WhatIsRefusedForWhatItIs_IsTrue(Exception failure) => Assert.True(FinalFailures.Include(failure));

    [Theory]
    [MemberData(nameof(Passing))]
    public void Include_WhatMayPass_IsFalse(Exception failure) => Assert.False(FinalFailures.Include(failure));

    static HttpRequestException Http(HttpStatusCode status) => new("no", null, status);

    // Of the library's name; the library itself is not here.
    sealed class AzureSignalRInvalidArgumentException(Exception inner) : Exception("Bad Request.", inner);
}

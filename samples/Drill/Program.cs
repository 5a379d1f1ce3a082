// The drill: real processes, real sockets, real webhooks, and things that go wrong on purpose.
// dotnet run --project samples/Drill [-- NAME...]
using Lifecycle.Samples.Drill;
using Lifecycle.Samples.Drill.App;

return args switch
{
    ["app", .. var rest] => await AppProgram.RunAsync(rest),
    ["balancer", .. var rest] => await BalancerProgram.RunAsync(rest),
    ["ingress", .. var rest] => await IngressProgram.RunAsync(rest),
    ["supervisor", .. var rest] => await SupervisorProgram.RunAsync(rest),
    _ => await DrillProgram.RunAsync(args),
};

// Package elb is the Elastic Load Balancing of Classic Load Balancers of an in-memory account: which
// instances are registered in them.
package elb

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Balancers are the account's Classic Load Balancers.
type Balancers struct {
	service  *call.Service
	pageSize int
	*state
}

// state has, by the name of a load balancer, whether an instance is registered, of each that was.
type state struct{ instances map[string]map[string]bool }

// New adds Elastic Load Balancing, without a load balancer, to the endpoint. pageSize is the number of
// load balancers on a page; 0 is 400.
func New(e *call.Endpoint, pageSize int) *Balancers {
	b := &Balancers{state: &state{instances: map[string]map[string]bool{}}, pageSize: cmp.Or(pageSize, 400)}
	b.service = &call.Service{
		Endpoint: e, Name: "elasticloadbalancing", ID: "Elastic Load Balancing",
		Throttled: func(call.Call) error { return call.Fail("Throttling", "Rate exceeded") },
		Broken:    func() error { return call.ServerFault("InternalFailure", "An internal error has occurred") },
		Denied: func(c call.Call) error {
			return call.Fail("AccessDenied", "%s", e.NotAllowed(c, "elasticloadbalancing", "*"))
		},
	}
	b.service.State = call.StateAt(&b.state, (*state).copy)
	return b
}

func (s *state) copy() *state {
	out := &state{instances: map[string]map[string]bool{}}
	for name, of := range s.instances {
		out.instances[name] = maps.Clone(of)
	}
	return out
}

// AddBalancer creates a Classic Load Balancer with these instances.
func (b *Balancers) AddBalancer(name string, instances ...string) {
	defer b.service.Change()()
	b.instances[name] = map[string]bool{}
	for _, id := range instances {
		b.instances[name][id] = true
	}
	b.service.CountChange()
}

// RemoveBalancer deletes a Classic Load Balancer.
func (b *Balancers) RemoveBalancer(name string) {
	defer b.service.Change()()
	delete(b.instances, name)
	b.service.CountChange()
}

// SetInBalancer registers an instance or takes it out, as an administrator would.
func (b *Balancers) SetInBalancer(name, instance string, registered bool) {
	defer b.service.Change()()
	b.instances[name][instance] = registered
	b.service.CountChange()
}

// BalancerStates returns, by its id, whether an instance that is or was registered in a load balancer
// is "registered" there or "absent", as "loadbalancer/" and the name.
func (b *Balancers) BalancerStates() map[string]map[string]string {
	b.service.Lock()
	defer b.service.Unlock()
	out := map[string]map[string]string{}
	for name, of := range b.instances {
		for id, registered := range of {
			if out[id] == nil {
				out[id] = map[string]string{}
			}
			out[id]["loadbalancer/"+name] = map[bool]string{true: "registered", false: "absent"}[registered]
		}
	}
	return out
}

// Client has the methods of the SDK's *elasticloadbalancing.Client that the account implements.
type Client struct{ balancers *Balancers }

// ELB returns a client.
func (b *Balancers) ELB() *Client { return &Client{balancers: b} }

var (
	describeLoadBalancers = call.Operation{Name: "DescribeLoadBalancers", Reads: []string{"LoadBalancerNames", "Marker", "PageSize"}}
	register              = call.Operation{Name: "RegisterInstancesWithLoadBalancer", Mutating: true, Needs: []string{"LoadBalancerName", "Instances"}}
	deregister            = call.Operation{Name: "DeregisterInstancesFromLoadBalancer", Mutating: true, Needs: []string{"LoadBalancerName", "Instances"}}
)

// DescribeLoadBalancers follows https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeLoadBalancers.html
func (c *Client) DescribeLoadBalancers(ctx context.Context, in *elb.DescribeLoadBalancersInput, _ ...func(*elb.Options)) (*elb.DescribeLoadBalancersOutput, error) {
	b := c.balancers
	return call.Invoke(ctx, b.service, describeLoadBalancers, in, func(in *elb.DescribeLoadBalancersInput) (*elb.DescribeLoadBalancersOutput, error) {
		all := slices.Sorted(maps.Keys(b.instances))
		if len(in.LoadBalancerNames) > 0 {
			all = in.LoadBalancerNames
		}
		from, _ := strconv.Atoi(aws.ToString(in.Marker))
		size := min(b.pageSize, int(cmp.Or(aws.ToInt32(in.PageSize), 400)))
		out := &elb.DescribeLoadBalancersOutput{LoadBalancerDescriptions: []types.LoadBalancerDescription{}}
		for _, name := range all[min(from, len(all)):min(from+size, len(all))] {
			if _, err := b.of(name); err != nil {
				return nil, err
			}
			out.LoadBalancerDescriptions = append(out.LoadBalancerDescriptions, types.LoadBalancerDescription{
				LoadBalancerName: &name, Instances: b.described(name),
			})
		}
		if from+size < len(all) {
			out.NextMarker = aws.String(strconv.Itoa(from + size))
		}
		return out, nil
	})
}

// RegisterInstancesWithLoadBalancer follows https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_RegisterInstancesWithLoadBalancer.html
//
// Whether an instance exists is not checked.
func (c *Client) RegisterInstancesWithLoadBalancer(ctx context.Context, in *elb.RegisterInstancesWithLoadBalancerInput, _ ...func(*elb.Options)) (*elb.RegisterInstancesWithLoadBalancerOutput, error) {
	b := c.balancers
	return call.Invoke(ctx, b.service, register, in, func(in *elb.RegisterInstancesWithLoadBalancerInput) (*elb.RegisterInstancesWithLoadBalancerOutput, error) {
		left, err := b.set(*in.LoadBalancerName, in.Instances, true)
		return &elb.RegisterInstancesWithLoadBalancerOutput{Instances: left}, err
	})
}

// DeregisterInstancesFromLoadBalancer follows https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DeregisterInstancesFromLoadBalancer.html
//
// An instance that is not registered is refused.
func (c *Client) DeregisterInstancesFromLoadBalancer(ctx context.Context, in *elb.DeregisterInstancesFromLoadBalancerInput, _ ...func(*elb.Options)) (*elb.DeregisterInstancesFromLoadBalancerOutput, error) {
	b := c.balancers
	return call.Invoke(ctx, b.service, deregister, in, func(in *elb.DeregisterInstancesFromLoadBalancerInput) (*elb.DeregisterInstancesFromLoadBalancerOutput, error) {
		left, err := b.set(*in.LoadBalancerName, in.Instances, false)
		return &elb.DeregisterInstancesFromLoadBalancerOutput{Instances: left}, err
	})
}

func (b *Balancers) set(name string, instances []types.Instance, registered bool) ([]types.Instance, error) {
	of, err := b.of(name)
	if err != nil {
		return nil, err
	}
	for _, i := range instances {
		if id := aws.ToString(i.InstanceId); !registered && !of[id] {
			return nil, &types.InvalidEndPointException{Message: aws.String("Could not find EC2 instance " + id + ".")}
		}
	}
	for _, i := range instances {
		of[aws.ToString(i.InstanceId)] = registered
	}
	return b.described(name), nil
}

func (b *Balancers) of(name string) (map[string]bool, error) {
	of, there := b.instances[name]
	if !there {
		return nil, &types.AccessPointNotFoundException{Message: aws.String("There is no ACTIVE Load Balancer named '" + name + "'")}
	}
	return of, nil
}

func (b *Balancers) described(name string) []types.Instance {
	out := []types.Instance{}
	for _, id := range slices.Sorted(maps.Keys(b.instances[name])) {
		if b.instances[name][id] {
			out = append(out, types.Instance{InstanceId: aws.String(id)})
		}
	}
	return out
}

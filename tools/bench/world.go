package main

import (
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// The account of a flood.
const (
	accountID = "111122223333"
	region    = "eu-west-1"

	perVPC    = 5 // subnets in a VPC
	perSubnet = 5 // accused instances in a subnet: the tags of more than 43 incidents per VPC would exceed the limit of its ACL
	volumes   = 2 // per instance
)

// began is the virtual time at which a flood starts.
var began = time.Date(2026, 1, 15, 9, 30, 0, 0, time.UTC)

// host is an accused instance.
type host struct {
	number          int
	id, eni, ip     string
	vpc, subnet     string
	vpcAt, subnetAt int
}

// hosts returns the accused instances of that many subnets, VPC by VPC.
func hosts(subnets int) []host {
	var all []host
	for s := range subnets {
		for i := range perSubnet {
			n := s*perSubnet + i
			all = append(all, host{
				number: n, id: fmt.Sprintf("i-0f100d%011x", n), eni: fmt.Sprintf("eni-0f100d%011x", n),
				ip:  fmt.Sprintf("10.%d.%d.%d", s/perVPC%256, s%perVPC, 10+i),
				vpc: fmt.Sprintf("vpc-0f100d%011x", s/perVPC), subnet: fmt.Sprintf("subnet-0f100d%011x", s),
				vpcAt: s / perVPC, subnetAt: s,
			})
		}
	}
	return all
}

// fill creates the VPCs, subnets and instances.
func fill(a *account.Account, all []host) {
	made := map[string]bool{}
	for _, h := range all {
		if !made[h.vpc] {
			made[h.vpc] = true
			a.AddVPC(account.VPC{ID: h.vpc, CIDRs: []string{fmt.Sprintf("10.%d.0.0/16", h.vpcAt%256)}})
		}
		if !made[h.subnet] {
			made[h.subnet] = true
			a.AddSubnet(account.Subnet{ID: h.subnet, VPC: h.vpc, CIDR: fmt.Sprintf("10.%d.%d.0/24", h.vpcAt%256, h.subnetAt%perVPC)})
		}
		a.AddInstance(account.Instance{
			ID: h.id, Image: "ami-0f100d0123456789a", LaunchTime: began.Add(-time.Hour),
			Interfaces: []account.Interface{{ID: h.eni, Subnet: h.subnet, PrivateIP: h.ip}},
			Volumes:    make([]account.Volume, volumes),
		})
	}
}

// latency is the duration of a simulated call, of the order of magnitude that the
// services have within a Region.
func latency(service, _ string) time.Duration {
	switch service {
	case "ec2":
		return 60 * time.Millisecond
	case "slack":
		return 100 * time.Millisecond
	case "sns":
		return 20 * time.Millisecond
	}
	return 8 * time.Millisecond
}

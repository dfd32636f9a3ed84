// Package quarantine is the domain: what a finding, a verdict, an incident, a
// quarantine and a piece of evidence are, the rules that hold between them,
// and the ports through which handlers reach the world.
//
// It imports the standard library only. Its types cross the boundaries between
// states of the state machine, so every one of them has a stable JSON form;
// times are RFC 3339 in UTC.
package quarantine

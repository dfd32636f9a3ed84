// Package asreport tells a simulation to the report that is a page: see [report.Report].
package asreport

/**
 * What must hold when processes are killed, brokers go away and many clients come: tried with the packaged service, in
 * processes of its own.
 */
package io.reprise.cli.fault;

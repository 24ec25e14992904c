/** Keeps what native executables need to be told in step with the code. For the tests of every module. */
package io.reprise.datastore.nativeimage;

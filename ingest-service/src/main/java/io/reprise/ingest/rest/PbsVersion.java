package io.reprise.ingest.rest;

/** The version of PBS whose protocol is spoken: clients decide by it what they may ask. */
public final class PbsVersion {
  public static final String VERSION = "3.2";
  public static final String RELEASE = "4";
  public static final String REPOSITORY = "4940514b";

  private PbsVersion() {}
}
